import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { InvariantBroken, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { ThreadPool } from '../../warehouse/thread-pool.ts';
import type { LoadWriter } from './load-writer.ts';
import type { SegmentLoaded, SegmentRequest } from './segment-rows.ts';

/** What the thread is given: a segment, and the port at which it asks for the operations of the transaction. */
export interface ThreadRequest {
  readonly request: SegmentRequest;
  readonly port: MessagePort;
}

/** What the thread answers: classes of errors do not survive the way between threads. */
export type ThreadAnswer = { readonly loaded: SegmentLoaded } | { readonly name: string; readonly message: string };

/** An operation of a `LoadWriter` that the thread asks for, and its answer. */
export interface WriterCall {
  readonly id: number;
  readonly operation: keyof LoadWriter;
  readonly parameters: readonly unknown[];
}
export type WriterAnswer = { readonly id: number } & ({ readonly value: unknown } | { readonly problem: string });

/** Parses, checks and maps the events of segments beside the thread that answers requests, which only runs statements. */
export interface SegmentLoader {
  /** Like `loadRows`. An error of the writer is thrown as it is. */
  load(writer: LoadWriter, request: SegmentRequest): Promise<SegmentLoaded>;
  /** Ends the thread. What is being loaded then throws `Unavailable`. */
  close(): Promise<void>;
}

const THREAD = new URL('segment-thread.ts', import.meta.url);
const IDLE_MS = 60_000;

interface SegmentLoaderOptions {
  /** For files of rows; by default that of the system. A process that is killed may leave some there. */
  readonly folder?: string | undefined;
  /** The module that the thread runs. */
  readonly entry?: URL;
}

/** A thread that loads segments. */
export function segmentLoader({ folder: parent = tmpdir(), entry = THREAD }: SegmentLoaderOptions = {}): SegmentLoader {
  const pool = new ThreadPool<ThreadRequest, ThreadAnswer>({ entry, threads: 1, idleMs: IDLE_MS });
  return {
    async load(writer, request) {
      if (pool.isClosed) throw stopping();
      // A thread that dies leaves its files here.
      await mkdir(parent, { recursive: true });
      const folder = await mkdtemp(join(parent, 'tantieme-rows-'));
      const { port1: port, port2: served } = new MessageChannel();
      const service = serve(served, writer);
      const answer = await pool
        .run({ request: { ...request, folder }, port }, [port])
        .catch((error: unknown) => new Error(`The thread that loads segments ended: ${messageOf(error)}`));
      const failure = await service.end();
      await rm(folder, { recursive: true, force: true });
      if (!(answer instanceof Error) && 'loaded' in answer) return answer.loaded;
      if (pool.isClosed) throw stopping();
      throw failure ?? errorFrom(answer);
    },
    close: () => pool.close(),
  };
}

const stopping = (): Unavailable => new Unavailable('The segment could not be loaded, because the server is stopping.');

/** Runs the operations that the thread asks for. `end` waits until none is running, and returns the first error of the writer. */
function serve(port: MessagePort, writer: LoadWriter): { end(): Promise<unknown> } {
  let failure: unknown;
  let running: Promise<void> = Promise.resolve();
  const run = async ({ id, operation, parameters }: WriterCall): Promise<void> => {
    try {
      const called = writer[operation] as (...given: readonly unknown[]) => Promise<unknown>;
      port.postMessage({ id, value: await called.call(writer, ...parameters) } satisfies WriterAnswer);
    } catch (error) {
      failure ??= error;
      port.postMessage({ id, problem: messageOf(error) } satisfies WriterAnswer);
    }
  };
  port.on('message', (call: WriterCall) => {
    running = running.then(() => run(call));
  });
  return {
    async end() {
      port.close();
      await running;
      return failure;
    },
  };
}

function errorFrom(answer: Error | { readonly name: string; readonly message: string }): Error {
  if (answer instanceof Error) return answer;
  if (answer.name === 'Unavailable') return new Unavailable(answer.message);
  return answer.name === 'InvariantBroken' ? new InvariantBroken(answer.message) : new Error(answer.message);
}
