import { Unavailable } from '../../warehouse/errors.ts';

export interface MemoryBudgetOptions {
  /** How many requests may be under way before further ones are told to come again. */
  readonly maxConcurrentRequests?: number;
  /** How many bytes they may hold together: announced or read, unpacked, and as lines on their way to the disk. */
  readonly maxHeldBytes?: number;
}

/** What one request takes up, from its admission until it is answered. */
export interface Reservation {
  /** How much is held from here on, in place of what was before. Throws `Unavailable` where there is no room for more. */
  reserve(byteCount: number): void;
  /** Gives everything back; a second time changes nothing. */
  release(): void;
}

const DEFAULT_REQUESTS = 1000;
const DEFAULT_BYTES = 256 * 1024 * 1024;

/** Makes the function that lets one more request in. It throws `Unavailable` where too many are under way. */
export function memoryBudget(options: MemoryBudgetOptions): () => Reservation {
  const { maxConcurrentRequests = DEFAULT_REQUESTS, maxHeldBytes = DEFAULT_BYTES } = options;
  let requestCount = 0;
  let heldBytes = 0;
  return () => {
    if (requestCount >= maxConcurrentRequests) throw new Unavailable(`${requestCount} requests are under way already.`);
    requestCount += 1;
    let ownBytes = 0;
    let here = true;
    const reserve = (byteCount: number): void => {
      const more = here ? byteCount - ownBytes : 0;
      if (more > 0 && heldBytes + more > maxHeldBytes) {
        throw new Unavailable(`Requests hold ${heldBytes} bytes already; there is no room for ${more} more.`);
      }
      heldBytes += more;
      ownBytes += more;
    };
    const release = (): void => {
      if (!here) return;
      reserve(0);
      here = false;
      requestCount -= 1;
    };
    return { reserve, release };
  };
}
