import { decimalOf } from '../../../../warehouse/money.ts';
import { type DeveloperRequest, daysIn, developerPage, shownMonth } from '../../components/developer-page.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { PageContent } from '../../page.ts';
import { byCurrency, type Spend, sumOf } from './spend.ts';

/** What the newest month came to, and how to send a first request. */
export async function showDeveloper(request: DeveloperRequest): Promise<PageContent> {
  const { api, apiPath, words, locale, at } = request;
  const { overview: texts } = words.developer;
  const { rounded, period } = formats(locale);
  const days = daysIn({ ...request, query: {} });
  const { data } = await api.get<{ data: Spend[] }>(`${apiPath}/spend?${new URLSearchParams({ ...days, by: 'day' })}`);
  const cards = byCurrency(data).map(
    ([currency, rows]) => html`<section class="card"><h3>${texts.spentIn(currency)}</h3>
      <div class="figure">${rounded(decimalOf(sumOf(rows)), currency)}</div></section>`,
  );
  const body = html`<h2>${texts.month(period(shownMonth(request)))}</h2>
    ${cards.length === 0 ? html`<p>${texts.nothing}</p>` : html`<div class="cards">${cards}</div>`}
    <p><a href=${at('/spend')}>${texts.toSpend}</a></p>
    <h2>${texts.start}</h2>
    ${quickstart(request, days)}`;
  return { title: texts.title, body };
}

export const developerOverview = developerPage({ path: '', show: showDeveloper });

function quickstart({ words, apiPath, developer, signIn }: DeveloperRequest, days: { from: string; until: string }) {
  const { overview: texts } = words.developer;
  const host = signIn.url();
  const curl = (path: string) =>
    html`<div><code class="code">curl -H 'Authorization: Bearer rk_…' '${host}/v1${path}'</code></div>`;
  const range = new URLSearchParams(days);
  return html`<p>${texts.steps}</p>
    <ol>
      <li><p><a href="/keys">${texts.makeKey}</a> ${texts.makeKeyWhy}</p></li>
      <li><p>${texts.send}</p>${curl(`${apiPath}/spend?${range}`)}</li>
      <li><p>${texts.orders}</p>
        <ul>
          <li>${texts.licences}${curl(`${apiPath}/licences`)}</li>
          <li>${texts.events}${curl(`${apiPath}/events?${range}&outcome=quarantined`)}</li>
          <li>${texts.invoices}${curl('/invoices')}${curl(`/documents?subject=${encodeURIComponent(developer.developer_id)}`)}</li>
        </ul></li>
    </ol>
    <p>${texts.reference} <a href="/openapi.json">${host}/openapi.json</a></p>
    <p>${texts.errors}</p>
    <p>${texts.ownEvents}</p>`;
}
