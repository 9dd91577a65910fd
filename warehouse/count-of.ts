/** `1 row`, `2 rows`: for nouns whose plural ends in an s. */
export const countOf = (count: number | bigint, noun: string): string =>
  `${count} ${noun}${count === 1 || count === 1n ? '' : 's'}`;
