/** The guides in English. */
export const guidesEn = {
  'send-events': {
    title: 'Sending events',
    about: 'Any RudderStack SDK can send events, and so can a plain HTTP request.',
    steps: [
      { text: 'Ask the operator for the address and a write key, which names your source.' },
      {
        text: 'Check the events before you send them; this needs no server.',
        code: 'tantieme events check events.jsonl',
      },
      {
        text: 'Send an event. Its `messageId` comes from your own records and is the same whenever you send it again. `200 ok` means that it is stored durably.',
        code: `curl https://tantieme.example.com/v1/track --user "$WRITE_KEY:" \\
  --header 'content-type: application/json' \\
  --data @event.json`,
      },
      {
        text: 'See what became of it: waiting, landed, a duplicate, or quarantined with the reason.',
        code: 'curl \'https://tantieme.example.com/v1/events/recent?limit=20\' --user "$WRITE_KEY:"',
      },
      { text: 'Correct a quarantined event and send it again under the same `messageId`.' },
    ],
  },
  'verify-a-statement': {
    title: 'Verifying a statement',
    about: 'Every statement carries the proof that its amounts belong to the sealed books of its month.',
    steps: [
      {
        text: 'Download the statement as JSON, from its page or by the API.',
        code: `curl https://tantieme.example.com/v1/statements/$STATEMENT_ID/json \\
  --header "authorization: Bearer $TANTIEME_KEY" --output statement.json`,
      },
      {
        text: 'Check it. This needs no network and no access to the books; it names the line that was changed.',
        code: 'tantieme verify-statement statement.json',
      },
      {
        text: 'Compare the seal that it prints with the one that the marketplace publishes for the month, or that another creator has.',
      },
    ],
  },
  query: {
    title: 'Querying the marts',
    about: 'Whoever has the role analyst reads the marts by the API; operators can also query the warehouse.',
    steps: [
      {
        text: 'List the marts and their columns.',
        code: 'curl https://tantieme.example.com/v1/marts --header "authorization: Bearer $TANTIEME_KEY"',
      },
      {
        text: 'Read one, for a month or for all, as JSON, CSV, Arrow or Parquet.',
        code: `curl 'https://tantieme.example.com/v1/marts/royalties?period=2026-01&format=parquet' \\
  --header "authorization: Bearer $TANTIEME_KEY" --output royalties.parquet`,
      },
      {
        text: 'Query the warehouse on the machine of the server, read-only. The page of each mart has examples.',
        code: 'tantieme query "$(cat question.sql)"',
      },
      {
        text: 'Add amounts of one currency only. Exact amounts are decimals: never turn them into floating-point numbers.',
      },
    ],
  },
  connect: {
    title: 'Connecting BI tools',
    about:
      'BI tools read the same marts. How an installation publishes them for each tool, its operator knows; `warehouse/bi.md` of the software describes it.',
    steps: [
      { text: 'Ask the operator for read access to the published marts, or for an API key with the role `analyst`.' },
      {
        text: 'A tool that reads files takes Parquet or CSV from the API.',
        code: 'https://tantieme.example.com/v1/marts/balances?format=parquet',
      },
      { text: 'On BigQuery, a tool reads the dataset `tantieme` directly.' },
    ],
  },
};
