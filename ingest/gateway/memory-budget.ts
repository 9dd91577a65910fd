import { Unavailable } from '../../warehouse/errors.ts';

export interface MemoryBudgetOptions {
  /** The limit of concurrent requests; further ones are refused with 503. */
  readonly maxConcurrentRequests?: number;
  /** The limit of the bytes that all requests hold: announced or read, unpacked, and as receipts until they are written. */
  readonly maxHeldBytes?: number;
}

/** The memory of one request, from its admission until its response. */
export interface Reservation {
  /** Replaces the number of reserved bytes. Throws `Unavailable` if the budget is exceeded. */
  reserve(byteCount: number): void;
  /** Releases everything; may be called more than once. */
  release(): void;
}

const DEFAULT_REQUESTS = 1000;
const DEFAULT_BYTES = 256 * 1024 * 1024;

/** Returns the function that opens the reservation of a new request. It throws `Unavailable` if there are too many requests. */
export function memoryBudget(options: MemoryBudgetOptions): () => Reservation {
  const { maxConcurrentRequests = DEFAULT_REQUESTS, maxHeldBytes = DEFAULT_BYTES } = options;
  let requestCount = 0;
  let heldBytes = 0;
  return () => {
    if (requestCount >= maxConcurrentRequests) {
      throw new Unavailable(
        `The request cannot be accepted: the limit of ${maxConcurrentRequests} concurrent requests is reached.`,
      );
    }
    requestCount += 1;
    let ownBytes = 0;
    let isOpen = true;
    const reserve = (byteCount: number): void => {
      const more = isOpen ? byteCount - ownBytes : 0;
      if (more > 0 && heldBytes + more > maxHeldBytes) {
        throw new Unavailable(
          `The request cannot be accepted: it needs ${more} bytes, and requests already hold ${heldBytes} of ${maxHeldBytes} bytes.`,
        );
      }
      heldBytes += more;
      ownBytes += more;
    };
    const release = (): void => {
      if (!isOpen) return;
      reserve(0);
      isOpen = false;
      requestCount -= 1;
    };
    return { reserve, release };
  };
}
