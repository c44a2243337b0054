/** An input with its label, its unit and a hint. */
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly unit?: string | null;
  readonly hint?: string | null;
  readonly autocomplete?: string;
  readonly disabled?: boolean;
  readonly rows?: number;
}

interface About {
  readonly id: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly autocomplete: string;
  readonly spellcheck: boolean;
  readonly 'aria-describedby': string | undefined;
  readonly onInput: (event: { readonly currentTarget: { readonly value: string } }) => void;
}

export function Field({
  label,
  value,
  onInput,
  type = 'text',
  unit = null,
  hint = null,
  autocomplete = 'off',
  disabled = false,
  rows = 1,
}: FieldProps) {
  const id = useId();
  const about: About = {
    id,
    value,
    disabled,
    autocomplete,
    spellcheck: false,
    'aria-describedby': hint === null ? undefined : `${id}-hint`,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-line">
        {rows > 1 ? <textarea {...about} rows={rows} /> : null}
        {rows <= 1 && type === 'text' ? <input {...about} type="text" /> : null}
        {rows <= 1 && type === 'password' ? <input {...about} type="password" /> : null}
        {unit === null ? null : <span class="unit">{unit}</span>}
      </div>
      {hint === null ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
