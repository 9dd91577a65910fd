import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import type { Outcome } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { verifyPeriod } from '../../jobs/verify-period.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { BY, type Command } from './command.ts';

/** The commands about the books of a period. */
export const BOOKS = {
  build: {
    usage: 'build [--period P] [--by NAME]',
    meaning: 'builds the models of a period, or of every open period that has facts',
    options: { period: { type: 'string' }, ...BY },
    async run(args, { open, progress }) {
      args.named();
      const given = args.option('period');
      const wanted = given === undefined ? undefined : [parsePeriod(given)];
      const [client, by] = [await open(), args.person()];
      if (!wanted) await client.run({ job: loadEvents, by });
      const known = wanted ? [] : (await client.ask<{ data: PeriodState[] }>('/v1/periods')).data;
      const built: Outcome[] = [];
      for (const period of wanted ?? known.flatMap((each) => (each.is_closed ? [] : [each.period]))) {
        progress(`building ${period}`);
        built.push(await client.run({ job: buildPeriod, period, by }));
      }
      return { value: { built } };
    },
  },

  close: {
    usage: 'close P [--by NAME]',
    meaning: 'builds the books of a period, asks every check, and freezes them under a seal',
    options: BY,
    async run(args, { open }) {
      const period = parsePeriod(args.named('The period')[0]);
      return { value: await (await open()).run({ job: closePeriod, period, by: args.person() }) };
    },
  },

  verify: {
    usage: 'verify P [--by NAME]',
    meaning: 'computes a closed period anew from the raw events and compares the seal',
    options: BY,
    async run(args, { open }) {
      const period = parsePeriod(args.named('The period')[0]);
      const value = await (await open()).run({ job: verifyPeriod, period, by: args.person() });
      const failure = `The books of ${period} are not those that were sealed.`;
      return { value, failure: value.holds === true ? undefined : failure };
    },
  },
} as const satisfies Record<string, Command>;

interface PeriodState {
  readonly period: string;
  readonly is_closed: boolean;
}
