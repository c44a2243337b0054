/** The users of the reactor, for an admin. Passwords go one way and are not kept. */
import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod';
import { ROLES, type Role } from '../../../telemetry/verbs.js';
import { usersAnswer } from '../../api/users.js';
import { HttpRefused } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import type { ApiProblem } from '../../api/refusal.js';
import type { Context } from '../shell/context.js';

type Users = z.infer<typeof usersAnswer>['users'];
type Change = (method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown) => Promise<boolean>;

const pathOf = (name: string): string => `/api/users/${encodeURIComponent(name)}`;

function useUsers(context: Context) {
  const [users, show] = useState<Users>([]);
  const [problems, tell] = useState<readonly ApiProblem[]>([]);
  const take = async (asking: Promise<z.infer<typeof usersAnswer>>): Promise<boolean> => {
    try {
      show((await asking).users);
      tell([]);
      return true;
    } catch (error) {
      tell(error instanceof HttpRefused ? error.problems : [{ message: String(error) }]);
      return false;
    }
  };
  useEffect(() => void take(context.http.get('/api/users', usersAnswer)), []);
  const change: Change = (method, path, body) => take(context.http.send(method, path, body, usersAnswer));
  return { users, problems, change };
}

function RoleChoice({ role, label, onChoose }: { role: Role; label: string; onChoose: (role: Role) => void }) {
  return (
    <select
      aria-label={label}
      value={role}
      onChange={({ currentTarget }) => {
        const chosen = ROLES.find((one) => one === currentTarget.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {ROLES.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function NewUser({ change }: { readonly change: Change }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = async (): Promise<void> => {
    if (!(await change('POST', '/api/users', { name, role, password }))) return;
    setName('');
    setPassword('');
  };
  return (
    <form
      class="new-user"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label="New user" value={name} onInput={setName} />
      <Field label="Password" type="password" autocomplete="new-password" value={password} onInput={setPassword} />
      <RoleChoice role={role} label="Role of the new user" onChoose={setRole} />
      <Button submit>Add</Button>
    </form>
  );
}

function Removal({ name, onClose, change }: { name: string; onClose: () => void; change: Change }) {
  return (
    <Dialog title={`Remove ${name}?`} onClose={onClose}>
      <p>
        {name} is signed out everywhere and gets in no more. What the journal says of {name} stays.
      </p>
      <Choices>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="grave" onPress={() => void change('DELETE', pathOf(name), {}).then(onClose)}>
          Remove
        </Button>
      </Choices>
    </Dialog>
  );
}

function NewPassword({ name, onClose, change }: { name: string; onClose: () => void; change: Change }) {
  const [password, setPassword] = useState('');
  return (
    <Dialog title={`Password of ${name}`} onClose={onClose}>
      <Field label="New password" type="password" autocomplete="new-password" value={password} onInput={setPassword} />
      <Choices>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind="main"
          why={password === '' ? 'Write the password.' : null}
          onPress={() => void change('PUT', pathOf(name), { password }).then(onClose)}
        >
          Change
        </Button>
      </Choices>
    </Dialog>
  );
}

export function UsersCard({ context }: { readonly context: Context }) {
  const { users, problems, change } = useUsers(context);
  const [asked, ask] = useState<{ readonly what: 'remove' | 'password'; readonly name: string } | null>(null);
  const close = (): void => ask(null);
  return (
    <section class="card" aria-label="Users">
      <h2>Users</h2>
      <Problems problems={problems} />
      <ul class="bench-rows">
        {users.map(({ name, role }) => (
          <li key={name} class="user-row">
            <strong>{name}</strong>
            <RoleChoice
              role={role}
              label={`Role of ${name}`}
              onChoose={(chosen) => void change('PUT', pathOf(name), { role: chosen })}
            />
            <Button onPress={() => ask({ what: 'password', name })}>Password</Button>
            <Button kind="grave" onPress={() => ask({ what: 'remove', name })}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <NewUser change={change} />
      {asked?.what === 'remove' ? <Removal name={asked.name} onClose={close} change={change} /> : null}
      {asked?.what === 'password' ? <NewPassword name={asked.name} onClose={close} change={change} /> : null}
    </section>
  );
}
