/** Where the page is: the part of the address after `#`, as `#/history/RUN?with=OTHER`. Pure; it must not know the browser. */

export interface Route {
  /** Id of the page; the first when the address names none. */
  readonly page: string;
  /** What follows, decoded. */
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // written by hand: shown as it is
  }
}

/** @param hash as `location.hash` gives it. */
export function routeOf(hash: string, first: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...parts] = path.split('/').map(decoded);
  return { page: page === '' ? first : page, parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a page. */
export function hashOf(
  page: string,
  parts: readonly string[] = [],
  query: Readonly<Record<string, string>> = {},
): string {
  const path = [page, ...parts].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}
