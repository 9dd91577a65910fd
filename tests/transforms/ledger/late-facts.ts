/** What can arrive late, about what January has: duplicates with other values, corrections, what is new, and what stays in suspense without its terms. */
const LATE = `
\`raw.asset_published\`
| terms_id   | asset_id   | license_type | rate | currency | splits                                      | timestamp  |
| ---------- | ---------- | ------------ | ---- | -------- | ------------------------------------------- | ---------- |
| terms_late | asset_text | metered      | 9    | USD      | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-01-01 |
| terms_song | asset_song | one_time     | 70   | EUR      | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-01-01 |
| terms_odd  | asset_odd  | metered      | 0.7  | EUR      | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-01-01 |

\`raw.license_purchased\`
| sale_id   | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| --------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_late | asset_song | dev_x        | 31.31  | 0          | EUR      | ch_late          | 2026-01-10 |
| sale_1    | asset_song | dev_x        | 99     | 0          | EUR      | ch_1             | 2026-01-10 |

\`raw.asset_used\`
| use_id   | asset_id   | developer_id | units | timestamp  |
| -------- | ---------- | ------------ | ----- | ---------- |
| use_late | asset_text | dev_y        | 777   | 2026-01-15 |
| use_1    | asset_text | dev_x        | 999   | 2026-01-14 |
| use_odd  | asset_odd  | dev_x        | 3     | 2026-01-16 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_late  | sale_1  | 1.01   | 0          | EUR      | re_late          | 2026-01-20 |
| ref_1     | sale_1  | 20     | 0          | EUR      | re_1             | 2026-01-20 |
| ref_last  | sale_3  | 50     | 0          | EUR      | re_last          | 2026-02-03 |

\`raw.dispute_opened\`
| dispute_id | sale_id | amount | tax_amount | currency | dispute_id_stripe | timestamp  |
| ---------- | ------- | ------ | ---------- | -------- | ----------------- | ---------- |
| dis_late   | sale_1  | 37     | 0          | EUR      | dp_late           | 2026-01-25 |

\`raw.dispute_closed\`
| dispute_id | sale_id | dispute_outcome | timestamp  |
| ---------- | ------- | --------------- | ---------- |
| dis_3      | sale_3  | lost            | 2026-01-31 |
| dis_2      | sale_2  | won             | 2026-01-30 |

\`raw.usage_invoiced\`
| invoice_id | developer_id | usage_period | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ---------- | ------------ | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| inv_late   | dev_y        | 2026-01      | 3      | 0          | USD      | ch_inv           | 2026-01-31 |

\`raw.payout_sent\`
| payout_id | creator_id | payout_period | amount | currency | account_id_stripe | transfer_id_stripe | timestamp  |
| --------- | ---------- | ------------- | ------ | -------- | ----------------- | ------------------ | ---------- |
| po_late   | cr_ada     | 2025-11       | 2.22   | EUR      | acct_ada          | tr_late            | 2026-01-04 |
| po_next   | cr_ben     | 2025-12       | 1.11   | EUR      | acct_ben          | tr_next            | 2026-03-03 |
| po_1      | cr_ada     | 2025-12       | 300    | EUR      | acct_ada          | tr_1               | 2026-01-03 |

\`raw.creator_kyc_completed\`
| creator_id | kyc_status | timestamp  |
| ---------- | ---------- | ---------- |
| cr_ada     | rejected   | 2026-01-02 |

\`raw.creator_payout_account_updated\`
| creator_id | account_id_stripe | account_status | timestamp  |
| ---------- | ----------------- | -------------- | ---------- |
| cr_ada     | acct_new          | closed         | 2026-01-02 |
`;

export interface Late {
  /** The name of its table, and the two lines above the rows. */
  readonly head: string;
  readonly row: string;
}

/** Each row of the tables of a text by itself. */
export function rowsOf(text: string): Late[] {
  return text
    .trim()
    .split('\n\n')
    .flatMap((table) => {
      const lines = table.split('\n');
      const head = lines.slice(0, 3).join('\n');
      return lines.slice(3).map((row) => ({ head, row }));
    });
}

export const EVERY_LATE: readonly Late[] = rowsOf(LATE);

/** Rows as one text for `recordEvents`. */
export function textOf(late: readonly Late[]): string {
  return [...Map.groupBy(late, ({ head }) => head)]
    .map(([head, rows]) => [head, ...rows.map(({ row }) => row)].join('\n'))
    .join('\n\n');
}
