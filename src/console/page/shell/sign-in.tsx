/** Who is signed in, and the way to change that. The password is in the field and on its way, and nowhere else. */
import { useSignal } from '@preact/signals';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Notice, type Said } from '../parts/notice.js';
import type { SessionDesk } from '../link/session.js';

interface DeskProps {
  readonly desk: SessionDesk;
}

function SignInDialog({ desk, onClose }: DeskProps & { readonly onClose: () => void }) {
  const user = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const said = useSignal<Said>(null);
  const enter = async (): Promise<void> => {
    busy.value = true;
    const why = await desk.signIn(user.value.trim(), password.value);
    busy.value = false;
    password.value = '';
    said.value = why === null ? null : { kind: 'refused', text: why };
    if (why === null) onClose();
  };
  return (
    <Dialog title="Sign in" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <Field label="User" value={user.value} onInput={(value) => (user.value = value)} autocomplete="username" />
        <Field
          label="Password"
          type="password"
          value={password.value}
          onInput={(value) => (password.value = value)}
          autocomplete="current-password"
        />
        <Notice said={said.value} />
        <Choices>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="main" submit busy={busy.value} why={user.value === '' ? 'Whose password?' : null}>
            Sign in
          </Button>
        </Choices>
      </form>
    </Dialog>
  );
}

function NobodyDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="There are no users yet" onClose={onClose}>
      <p>Anybody on this machine may look, and stop. To operate from this page, add a user at the bench:</p>
      <p>
        <code>galvanode user add NAME --role operator</code>
      </p>
      <Choices>
        <Button kind="main" onPress={onClose}>
          Close
        </Button>
      </Choices>
    </Dialog>
  );
}

export function SignIn({ desk }: DeskProps) {
  const open = useSignal(false);
  const session = desk.session.value;
  const close = (): void => {
    open.value = false;
  };
  if (session === null) return null;
  if (session.user !== null)
    return (
      <span class="who">
        {session.user} <span class="hint">{session.role}</span>
        <Button onPress={() => void desk.signOut()}>Sign out</Button>
      </span>
    );
  return (
    <span class="who">
      <Button
        onPress={() => {
          open.value = true;
        }}
      >
        Sign in
      </Button>
      {open.value && session.users === 0 ? <NobodyDialog onClose={close} /> : null}
      {open.value && session.users > 0 ? <SignInDialog desk={desk} onClose={close} /> : null}
    </span>
  );
}
