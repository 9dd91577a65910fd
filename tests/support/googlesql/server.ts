import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { type AnyDefinition, load } from '@grpc/proto-loader';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { HUNG_AFTER_MS } from '../hung-after.ts';

/**
 * A call of the service, with messages as plain objects: fields in snake case, 64-bit integers as strings, enums by name. `usual` is
 * a part of the request that is the same object in many calls. It is written once, and the service merges what follows into it.
 */
export type Call = <T>(method: string, request: object, usual?: object) => Promise<T>;

export interface Server {
  readonly call: Call;
  stop(): void;
}

/** Large enough for any request here; the service itself accepts 4 MB. */
const MESSAGE_BYTES = 64 * 2 ** 20;

/** Ends the service when its standard input ends, so that it never outlives its parent process. */
const KEEPER = '"$0" localhost "$1" & read -r line; kill -9 $!';

const folder = packageFolder();

/** Why GoogleSQL cannot run here, or undefined if it can. */
export const missingGoogleSql: string | undefined = !folder
  ? '@fivetrandevelopers/zetasql is not installed'
  : process.platform !== 'linux' || process.arch !== 'x64'
    ? `GoogleSQL runs here on linux x64 only, not on ${process.platform} ${process.arch}`
    : existsSync(join(folder, 'remote_server.so'))
      ? undefined
      : `${folder} has no remote_server.so`;

/** The port of a process that others share; whoever starts the run sets it. */
const SHARED_PORT = 'GOOGLESQL_PORT';

/** Connects to the service and waits until it answers: to the shared process where there is one, otherwise to one of its own. */
export async function startServer(): Promise<Server> {
  const shared = process.env[SHARED_PORT];
  const { port, stop: stopProcess } = shared ? { port: shared, stop: () => undefined } : await startProcess();
  serviceClient ??= loadServiceClient();
  const Service = await serviceClient;
  const client = new Service(`localhost:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': MESSAGE_BYTES,
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 200,
    'grpc.enable_http_proxy': 0,
  });
  const stop = (): void => {
    client.close();
    stopProcess();
  };
  const call: Call = (method, request, usual) => {
    const { path, requestSerialize, responseDeserialize } = requirePresent(
      Service.service[method],
      `The service has no ${method}.`,
    );
    const serialize = (message: object): Buffer =>
      usual === undefined
        ? requestSerialize(message)
        : Buffer.concat([writtenOnce(usual, path, requestSerialize), requestSerialize(message)]);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, serialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer as never),
      );
    });
  };
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(performance.timeOrigin + performance.now() + HUNG_AFTER_MS, (error) => {
      if (!error) return resolve();
      stop();
      reject(error);
    });
  });
  return { call, stop };
}

const written = new WeakMap<object, Map<string, Buffer>>();

/** The bytes of the usual part of the requests to a path. */
function writtenOnce(usual: object, path: string, serialize: (message: object) => Buffer): Buffer {
  const byPath = written.get(usual) ?? new Map<string, Buffer>();
  const bytes = byPath.get(path) ?? serialize(usual);
  written.set(usual, byPath.set(path, bytes));
  return bytes;
}

/** Starts a process that this one and its children share until it is stopped: each takes a second to start. */
export async function shareProcess(): Promise<() => void> {
  const { port, stop } = await startProcess();
  process.env[SHARED_PORT] = port;
  return () => {
    delete process.env[SHARED_PORT];
    stop();
  };
}

/** Starts the service on a free port of this machine; it may not answer yet. */
async function startProcess(): Promise<{ readonly port: string; stop(): void }> {
  const home = requirePresent(folder, 'GoogleSQL is not installed.');
  const port = String(await freePort());
  const keeper = spawn('/bin/sh', ['-c', KEEPER, join(home, 'remote_server.so'), port], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return { port, stop: () => void keeper.stdin.end() };
}

/** Reading the protocol takes half a second. */
let serviceClient: Promise<ServiceClientConstructor> | undefined;

async function loadServiceClient(): Promise<ServiceClientConstructor> {
  const definition = await load('local_service.proto', {
    includeDirs: [join(requirePresent(folder, 'GoogleSQL is not installed.'), 'protos')],
    keepCase: true,
    longs: String,
    enums: String,
    oneofs: true,
  });
  return serviceIn(definition);
}

function packageFolder(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve('@fivetrandevelopers/zetasql');
    return join(dirname(main), 'zetasql');
  } catch {
    return undefined;
  }
}

function serviceIn(definition: Record<string, AnyDefinition>): ServiceClientConstructor {
  const name = 'zetasql.local_service.ZetaSqlLocalService';
  const service = requirePresent(definition[name], `The package does not describe ${name}.`);
  return loadPackageDefinition({ Service: service }).Service as ServiceClientConstructor;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, 'localhost', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
