/** How often marts are published while readers read: at least as often as the gate does; `PUBLICATIONS=1000` for more. */
export const PUBLICATIONS = Math.max(20, Number(process.env.PUBLICATIONS ?? 0));
