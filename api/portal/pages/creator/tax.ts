import type { VNode } from 'preact';
import { faultsOf } from '../../../../ingest/tax/check-profile.ts';
import { isSecretField } from '../../../../ingest/tax/masked-profile.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { Conflict, NotFound } from '../../../../warehouse/errors.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { type FormField, formField, idOf } from '../../components/form-fields.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Form, PageContent } from '../../page.ts';
import { faultDe } from '../../words/tax-de.ts';
import { faultEn } from '../../words/tax-en.ts';
import {
  isOffered,
  isSigned,
  OFFERED_FORMS,
  type OfferedForm,
  profileOf,
  sectionsOf,
  unofferedChoices,
} from './tax-fields.ts';
import { profileFacts, type ShownProfile } from './tax-in-force.ts';
import { SIGNED_TEXTS, signedText } from './tax-statements.ts';

interface Shown {
  readonly backup_withholding: boolean;
  readonly profiles: readonly ShownProfile[];
}

/** The tax forms in force, masked, and the way to give another. */
export const creatorTax = creatorPage({
  path: '/tax',
  permission: 'tax-profiles:read',
  async show(request) {
    const { words, query, at } = request;
    const { tax } = words;
    const shown = await inForce(request);
    const body = html`${query.done === 'recorded' && notice('good', tax.done)}
      <p>${tax.explain}</p>
      <h2>${tax.inForce}</h2>
      ${shown?.backup_withholding && notice('warn', tax.backup)}
      ${shown ? shown.profiles.map((profile) => inForceCard(request, profile)) : html`<p>${tax.none}</p>`}
      <h2>${tax.give}</h2>
      <p>${tax.again}</p>
      <div class="cards">${OFFERED_FORMS.map(
        (form) => html`<section class="card"><h3>${tax.forms[form].name}</h3><p>${tax.forms[form].who}</p>
          <p><a class="button second" href=${at(`/tax/${form}`)} aria-label=${`${tax.start}: ${tax.forms[form].name}`}>${tax.start}</a></p></section>`,
      )}</div>
      <p class="soft">${tax.otherForms}</p>`;
    return { title: tax.title, body };
  },
});

async function inForce({ api, creator }: CreatorRequest): Promise<Shown | undefined> {
  try {
    return await api.get<Shown>(`/tax/profiles/${creator.creator_id}`);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

function inForceCard({ words, locale }: CreatorRequest, profile: ShownProfile): VNode {
  const { tax } = words;
  const { date, dateTime } = formats(locale);
  const isValid = profile.state === 'valid';
  return html`<section class="card">
    <h3>${tax.forms[profile.form].name} ${stateLabel(isValid ? 'good' : 'bad', isValid ? tax.valid : tax.expired)}</h3>
    <p class="soft">${tax.version(String(profile.version), dateTime(profile.recorded_at))}${
      profile.valid_until_on && `, ${tax.validUntil(date(profile.valid_until_on))}`
    }</p>
    ${profileFacts(profile, { words, locale })}
  </section>`;
}

/** One form to fill in. What has faults is shown again with all of them, each beside its field. */
export const creatorTaxForm = creatorPage({
  path: '/tax/:form',
  permission: 'tax-profiles:set',
  async show(request) {
    const { creator, caller } = request;
    const form = requireForm(request);
    const [country, name] = [creator.country ?? '', creator.creator_name ?? ''];
    const address = form.startsWith('w8') ? 'residence_address.country' : 'address.country';
    const values = {
      ...{
        name,
        [address]: country,
        residence_country: country,
        incorporation_country: country,
        country,
        'signature.name': caller.name,
      },
      'signature.capacity': 'self',
    };
    return formPage(request, { form, values, faults: new Map() });
  },
  acts: {
    async record(request, values) {
      const form = requireForm(request);
      const { api, creator, at } = request;
      const profile = signed(request, { form, values });
      // The API checks again; asked first, because it would not say what is wrong beside a missing signature.
      const found = faultsOf(profile, request.services.clock.now());
      const faults = new Map(found.map(({ field, fault }) => [field, fault]));
      for (const name of unofferedChoices(form, values)) faults.set(name, 'must be one of those offered here');
      if (isSigned(form) && values.sign !== 'on') faults.set('sign', 'must be confirmed');
      if (faults.size === 0) {
        await api.send('POST', `/tax/profiles/${creator.creator_id}`, profile);
        return at('/tax?done=recorded');
      }
      // What is stored encrypted is not sent back in a page.
      const shown = Object.fromEntries(Object.entries(values).filter(([name]) => !isSecretField(form, name)));
      return formPage(request, { form, values: shown, faults });
    },
  },
});

function requireForm({ params }: CreatorRequest): OfferedForm {
  const { form = '' } = params;
  if (isOffered(form)) return form;
  throw new NotFound(`There is no form ${JSON.stringify(form)} to fill in here.`);
}

interface Filled {
  readonly form: OfferedForm;
  readonly values: Form;
}

/** The profile with when and what was signed, which the server sets itself. */
function signed({ services }: CreatorRequest, { form, values }: Filled): object {
  const profile = profileOf(form, values);
  const text = SIGNED_TEXTS[form];
  if (text === undefined) return profile;
  const signature = {
    ...(profile.signature as object),
    signed_at: instant(services.clock.now()),
    ...{ statement: signedText(form, profile), statement_version: text.version },
  };
  return { ...profile, signature };
}

/** Where a fault is shown: at its field; of a whole group, such as an address, at its first field, or at each that is needed if it is missing. */
function placesOf(
  { name, fault }: { readonly name: string; readonly fault: string },
  fields: readonly FormField[],
): readonly FormField[] {
  const own = fields.filter((field) => field.name === name);
  const inside = fields.filter((field) => field.name.startsWith(`${name}.`));
  const needed = fault === 'is missing' ? inside.filter(({ isOptional }) => !isOptional) : [];
  return [own, needed, inside.slice(0, 1)].find((places) => places.length > 0) ?? [];
}

function formPage(
  { words, locale, at }: CreatorRequest,
  { form, values, faults: found }: Filled & { readonly faults: ReadonlyMap<string, string> },
): PageContent {
  const { tax } = words;
  const sections = sectionsOf(form, words);
  const fields = sections.flatMap((section) => section.fields);
  const say = locale === 'de' ? faultDe : faultEn;
  const placed = [...found].flatMap(([name, fault]) => {
    const places = placesOf({ name, fault }, fields);
    if (places.length === 0)
      return [{ name, label: name === 'sign' ? tax.sections.signature : name, fault: say(fault) }];
    return places.map(({ name: place, label }) => ({ name: place, label, fault: say(fault) }));
  });
  const context = {
    ...{ values, locale, words: tax },
    faults: new Map(placed.map(({ name, fault }) => [name, fault])),
  };
  const text = SIGNED_TEXTS[form];
  const body = html`<p>${tax.forms[form].who}</p>
    ${
      placed.length > 0 &&
      notice(
        'bad',
        tax.faults,
        html`<ul>${placed.map(({ name, label, fault }) => html`<li><a href=${`#${idOf(name)}`}>${label}</a> ${fault}.</li>`)}</ul>
        <p>${tax.notShownAgain}</p>`,
      )
    }
    <form class="stack" method="post" novalidate>
      ${sections.map(
        ({ title, fields: inside }) =>
          html`<fieldset><legend>${title}</legend>${inside.map((field) => formField(field, context))}</fieldset>`,
      )}
      ${
        text &&
        html`<fieldset><legend>${tax.statement}</legend>${tax.statementNote && html`<p class="soft">${tax.statementNote}</p>`}
        ${text.parts && html`<p>${tax.statementParts}</p>`}
        ${text.parts?.map(({ title, paragraphs }) => html`<details lang="en" open><summary>${title}</summary>${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}</details>`)}
        <div lang="en">${text.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}<p class="soft">${text.version}</p></div>
        ${formField({ name: 'sign', label: tax.sign, kind: 'flag' }, context)}</fieldset>`
      }
      <button name="act" value="record">${text ? tax.record : tax.recordUnsigned}</button>
    </form>
    <p><a href=${at('/tax')}>${tax.back}</a></p>`;
  return { title: tax.forms[form].name, body };
}
