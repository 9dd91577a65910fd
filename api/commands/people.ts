import { ROLES } from '../auth/roles.ts';
import { oneOf } from './acts.ts';
import type { Act, Args } from './command.ts';

const invite: Act = async (args, { open }) => {
  const [email] = args.require('The address of the person');
  const body = {
    email,
    role: args.requireChoice('role', ROLES),
    ...nameOf(args),
    ...subjectOf(args),
    by: args.requirePerson(),
  };
  const invited = await (await open()).requestJson<object>('/v1/people', { method: 'POST', body });
  return {
    value: {
      ...invited,
      note: 'log_in_url works once, within 15 minutes; later the person asks for a link at /login.',
    },
  };
};

const list: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: { roles: { role: string; subject_id: string }[] }[] }>(
    '/v1/people',
  );
  const people = data.map(({ roles, ...person }) => ({
    ...person,
    roles: roles.map(({ role, subject_id }) => (subject_id === '' ? role : `${role} ${subject_id}`)).join(', '),
  }));
  return { value: { people } };
};

const revoke: Act = async (args, { open }) => {
  const [person] = args.require('The address or id of the person');
  const role = args.option('role');
  const query = new URLSearchParams({
    ...(role !== undefined && { role: args.requireChoice('role', ROLES) }),
    by: args.requirePerson(),
  });
  const path = `/v1/people/${encodeURIComponent(person)}/roles?${query}`;
  return { value: await (await open()).requestJson(path, { method: 'DELETE' }) };
};

const forgetFactor: Act = async (args, { open }) => {
  const [person] = args.require('The address or id of the person');
  const path = `/v1/people/${encodeURIComponent(person)}/second-factor`;
  return { value: await (await open()).requestJson(path, { method: 'DELETE' }) };
};

/** Invites, lists and removes people. */
export const people = oneOf({ invite, list, revoke, 'forget-factor': forgetFactor });

function nameOf(args: Args): { name?: string } {
  const name = args.option('name');
  return name === undefined ? {} : { name };
}

function subjectOf(args: Args): { subject_id?: string } {
  const subject_id = args.option('creator') ?? args.option('developer');
  return subject_id === undefined ? {} : { subject_id };
}
