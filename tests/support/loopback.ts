import { createServer, Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { requirePresent } from '../../warehouse/invariant.ts';

export interface Loopback {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Stops the server; closes every connection of an HTTP server. */
  stop(): Promise<void>;
}

/** A local copy of a service, which the service's own client talks to. */
export interface LocalServer extends Loopback, AsyncDisposable {
  /** Cuts every connection. Rejects with the first error that was the server's own, not the service's. */
  stop(): Promise<void>;
}

/** Decides whether a request goes wrong, and how. */
export type FaultScript<Request, Fault> = (request: Request) => Fault | undefined;

export interface ReceivedRequest {
  readonly incoming: IncomingMessage;
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly search: string;
  readonly body: Buffer;
  /** Counts all requests since the start, from 1. */
  readonly ordinal: number;
}

export interface LocalServerParts {
  /** Any free port by default. */
  readonly port?: number | undefined;
  /** Answers as the service would; whatever it throws is a failure of the local server. */
  answer(request: ReceivedRequest, response: ServerResponse): Promise<void>;
  /** Answers a request that failed so, in the service's form of an internal error. */
  answerFailure(thrown: unknown, response: ServerResponse): void;
  /** Errors of the local server's own; work beside the requests adds to them. */
  readonly failures?: unknown[];
  /** Runs once every connection is cut. */
  close?(): Promise<void>;
}

/** Starts a local server. Throws where the port is taken. */
export async function startLocalServer(parts: LocalServerParts): Promise<LocalServer> {
  const { port, answer, answerFailure, failures = [], close } = parts;
  let ordinal = 0;
  const server = createServer(async (incoming, response) => {
    ordinal += 1;
    try {
      await answer(await receive(incoming, ordinal), response);
    } catch (thrown) {
      // A client that gives up in the middle of its request is no failure of the server.
      if (!incoming.complete) return void response.destroy();
      failures.push(thrown);
      answerFailure(thrown, response);
    }
  });
  // A connection is kept however long it idles: it breaks where a test says so, never by the wall clock.
  server.keepAliveTimeout = 0;
  const { url, stop: cut } = await listenLocally(server, port);
  const stop = async (): Promise<void> => {
    await cut();
    await close?.();
    if (failures.length > 0) throw failures[0];
  };
  return { url, stop, [Symbol.asyncDispose]: stop };
}

async function receive(incoming: IncomingMessage, ordinal: number): Promise<ReceivedRequest> {
  const [path = '', search = ''] = (incoming.url ?? '').split('?', 2);
  return { incoming, method: incoming.method ?? '', path, search, body: await buffer(incoming), ordinal };
}

/** Listens on 127.0.0.1, on a free port unless one is given. Throws if that port is taken. */
export async function listenLocally(server: Server, port = 0): Promise<Loopback> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = requirePresent(server.address(), 'A listening server must have an address.');
  return {
    url: typeof address === 'string' ? address : `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (server instanceof HttpServer) server.closeAllConnections();
      await closed;
    },
  };
}

/** A free port of this machine, for a server that needs its address before it listens. */
export async function freePort(): Promise<number> {
  const found = await listenLocally(createServer());
  await found.stop();
  return Number(new URL(found.url).port);
}
