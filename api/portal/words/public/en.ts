/** What the pages for everybody say. */
export const open = {
  footer: {
    label: 'More',
    terms: 'Assets and prices',
    docs: 'Documentation',
    figures: 'Figures',
    status: 'Status',
  },
  landing: {
    welcome: (name: string): string =>
      `${name} licenses the work of creators to developers of AI, and pays the creators for every licence and every use.`,
    creators: 'For creators',
    forCreators: 'See what your work earned, how each amount was computed, and when it is paid.',
    developers: 'For developers',
    forDevelopers: 'The API, the events that services send, and how to check a statement.',
    forBuyers: 'What can be licensed, at which price and for which uses.',
    figuresText: 'What creators earned together, month by month.',
    statusText: 'Whether events are accepted and months are closed.',
    look: 'Have a look',
  },
  terms: {
    title: 'Assets and prices',
    explain: 'Prices are without tax. The uses are those that the owner of an asset has consented to.',
    none: 'No asset is offered.',
    asset: 'Asset',
    prices: 'Licences and prices',
    rights: 'Allowed uses',
    noRights: 'none stated',
    since: (at: string): string => `since ${at}`,
    uses: {
      'ai-train': 'training of AI',
      'ai-input': 'input of AI',
      'ai-index': 'index for AI',
      search: 'search',
    },
  },
  figures: {
    title: 'Figures',
    explain:
      'What creators earned in closed months, less what was taken back. Sums from which one creator’s royalties could be worked out are shown together, or not at all; the number of creators is inexact on purpose.',
    none: 'There are no figures yet.',
    creators: (count: number): string =>
      count === 1 ? 'About 1 creator earned something.' : `About ${count} creators earned something.`,
    licence: 'Licence',
    royalties: 'Royalties',
    other: 'Other',
    noSums: 'No sum of this month can be shown.',
    merged: (currency: string, licences: string): string =>
      `In “Other” in ${currency}, if anything was earned: ${licences}.`,
  },
  status: {
    title: 'Status',
    events: 'Events',
    accepted: 'accepted',
    refused: 'not accepted now',
    jobs: 'Scheduled work',
    onTime: 'on time',
    late: 'late',
    lastMonth: 'Last closed month',
    noMonth: 'none yet',
    checked: (at: string): string => `Checked ${at}.`,
  },
};
