/** Counts what each of many does, in this process, and says when one has done too much. */
export interface Throttle {
  /** Counts one attempt. Returns after how many seconds the next is allowed, or 0 if this one is. */
  count(who: string, now: number): number;
}

/** At most `most` attempts within `windowMs`, for each. Who was silent for that long is forgotten. */
export function throttle({ most, windowMs }: { readonly most: number; readonly windowMs: number }): Throttle {
  const attempts = new Map<string, number[]>();
  let forgottenAt = 0;
  return {
    count(who, now) {
      if (now - forgottenAt > windowMs) {
        for (const [each, times] of attempts) if ((times.at(-1) ?? 0) <= now - windowMs) attempts.delete(each);
        forgottenAt = now;
      }
      const recent = (attempts.get(who) ?? []).filter((time) => time > now - windowMs);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= most) return Math.ceil((oldest + windowMs - now) / 1000);
      attempts.set(who, [...recent, now]);
      return 0;
    },
  };
}
