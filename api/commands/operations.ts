import { oneOf } from './acts.ts';
import type { Act } from './command.ts';

interface ListedJob {
  readonly job: string;
  readonly starters: readonly string[];
  readonly schedule: { readonly cron: string; readonly next_due_at: string | null } | null;
  readonly last_run: { readonly state: string; readonly started_at: string } | null;
}

/** Lists the jobs, each with its schedule and its last run. */
export const jobs: Act = async (args, { open, isJson }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: ListedJob[] }>('/v1/jobs');
  if (isJson) return { value: { jobs: data } };
  const shown = data.map(({ job, starters, schedule, last_run }) => ({
    ...{ job, starters: starters.join(', '), cron: schedule?.cron, next_due_at: schedule?.next_due_at },
    ...{ last_state: last_run?.state, last_started_at: last_run?.started_at },
  }));
  return { value: { jobs: shown } };
};

const listRuns: Act = async (args, { open }) => {
  args.require();
  const given = ['job', 'period', 'state', 'limit'].flatMap((name) => {
    const value = args.option(name);
    return value === undefined ? [] : [[name, value]];
  });
  const { data } = await (await open()).requestJson<{ data: { outcome: unknown }[] }>(
    `/v1/runs?${new URLSearchParams(given)}`,
  );
  return { value: { runs: data.map(({ outcome: _, ...run }) => run) } };
};

const showRun: Act = async (args, { open }) => {
  const [id] = args.require('The id of the run');
  return { value: await (await open()).requestJson(`/v1/runs/${encodeURIComponent(id)}`) };
};

const stopRun: Act = async (args, { open }) => {
  const [id] = args.require('The id of the run');
  const body = { by: args.requirePerson() };
  return {
    value: await (await open()).requestJson(`/v1/runs/${encodeURIComponent(id)}/stop`, { method: 'POST', body }),
  };
};

/** Lists the runs of jobs, shows one with its outcome, or has one end at its next safe point. */
export const runs = oneOf({ list: listRuns, show: showRun, stop: stopRun });

/** Shows the stores, their sizes, and what waits to be loaded. */
export const stores: Act = async (args, { open }) => {
  args.require();
  return { value: await (await open()).requestJson('/v1/stores') };
};

const listQuarantine: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: object[] }>('/v1/quarantine');
  return { value: { quarantine: data } };
};

const showQuarantined: Act = async (args, { open }) => {
  const [id] = args.require('The messageId of the event');
  const { data } = await (await open()).requestJson<{ data: object[] }>(
    `/v1/quarantine/events/${encodeURIComponent(id)}`,
  );
  return { value: { quarantined: data } };
};

/** Lists what waits in the quarantine, or shows one event of it. */
export const quarantine = oneOf({ list: listQuarantine, show: showQuarantined });
