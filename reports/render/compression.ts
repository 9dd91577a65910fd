/** How documents are compressed. More effort takes twice the time and makes them smaller by a few percent. */
export const FAST = { level: 3 } as const;
