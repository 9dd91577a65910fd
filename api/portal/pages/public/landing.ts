import { html } from '../../markup.ts';
import type { OpenPage } from '../../page.ts';

/** What the installation says of itself, and where to go from here. */
export const showLanding: OpenPage['show'] = async ({ words, locale, brand }) => {
  const { landing, footer } = words.open;
  const { publishes } = brand;
  const paragraphs = brand.welcome?.[locale] ?? [landing.welcome(brand.name)];
  const cards = [
    { title: landing.creators, text: landing.forCreators, url: '/login', label: words.login.title },
    ...(publishes.terms ? [{ title: footer.terms, text: landing.forBuyers, url: '/terms', label: landing.look }] : []),
    ...(publishes.docs
      ? [{ title: landing.developers, text: landing.forDevelopers, url: '/docs', label: footer.docs }]
      : []),
    ...(publishes.figures
      ? [{ title: footer.figures, text: landing.figuresText, url: '/figures', label: landing.look }]
      : []),
    ...(publishes.status
      ? [{ title: footer.status, text: landing.statusText, url: '/status', label: landing.look }]
      : []),
  ];
  const body = html`${paragraphs.map((text) => html`<p class="lead">${text}</p>`)}
    <div class="cards">${cards.map(
      ({ title, text, url, label }) => html`<section class="card">
        <h2>${title}</h2>
        <p>${text}</p>
        <p><a href=${url} aria-label=${`${label}: ${title}`}>${label}</a></p>
      </section>`,
    )}</div>`;
  return { title: brand.name, body };
};
