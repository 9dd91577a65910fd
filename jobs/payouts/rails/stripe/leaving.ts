import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/**
 * When a request may leave. A process can be stopped for longer than Stripe keeps an idempotency key, at any point. So what speaks against a request is
 * looked at once more when its connection is open, and the request is written at once. Whoever is stopped between the two for hours writes into a
 * connection that the other side has closed meanwhile, and no other is opened for it.
 */

/** Whether the request that is being made may still leave. */
const permission = new AsyncLocalStorage<() => boolean>();

/** Makes a request that leaves only if `mayLeave` is true, also once its connection is open; undefined if it has not left. */
export async function leaveIf<T>(mayLeave: () => boolean, request: () => Promise<T>): Promise<T | undefined> {
  if (!mayLeave()) return undefined;
  let isLate = false;
  const stillMay = (): boolean => {
    isLate ||= !mayLeave();
    return !isLate;
  };
  try {
    return await permission.run(stillMay, request);
  } catch (error) {
    if (isLate) return undefined;
    throw error;
  }
}

/** What `leaveIf` was given for the request that is being made. */
export function permissionToLeave(): () => boolean {
  return permission.getStore() ?? (() => true);
}

/** Opens the connections of a client: a request gets one that is open, if it may still leave then. A connection that takes too long fails. */
export function connectingAgent({ isSecure, timeoutMs }: { isSecure: boolean; timeoutMs: number }): HttpAgent {
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const mayLeave = permissionToLeave();
    const socket = connect(options) as Socket;
    const fail = (error: Error): void => callback?.(error, socket);
    const tooLong = (): void => void socket.destroy(new Error(`The connection was not open after ${timeoutMs} ms.`));
    socket.setTimeout(timeoutMs, tooLong).once('error', fail);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0, tooLong).off('error', fail);
      if (mayLeave()) return callback?.(null, socket);
      socket.destroy();
      fail(new Error('The request may not leave any more.'));
    });
    return undefined;
  };
  return agent;
}
