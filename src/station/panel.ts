/** The panel of a run with the permit at it: a press is passed on, and the light says that it counts. */
import type { OpenPanel } from '../bench.js';
import type { PanelView } from '../device/panel.js';
import type { Permit } from './permit.js';

/** A window is open that a press has opened; of a permit that is always there nothing is shown. */
export const permitShown = (permit: Permit): boolean => permit.until_ms !== null;

export function panelWithPermit(open: OpenPanel, permit: Permit): OpenPanel {
  return async (report) => {
    const panel = await open((event) => {
      if (event.kind === 'arm-pressed') permit.pressed();
      report(event);
    });
    let view: PanelView | null = null;
    const show = (): void => {
      if (view !== null) panel.show({ ...view, permit: permitShown(permit) });
    };
    const changes = permit.changes$.subscribe(show);
    return {
      show: (seen) => {
        view = seen;
        show();
      },
      close: () => {
        changes.unsubscribe();
        panel.close();
      },
    };
  };
}
