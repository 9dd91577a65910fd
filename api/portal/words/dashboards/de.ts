import type { dashboards as en } from './en.ts';

/** The same in German. */
export const dashboards: typeof en = {
  title: 'Dashboards',
  explain: 'Zahlen des Marktplatzes. Jede ist einmal definiert, hier und in BI-Werkzeugen.',
  from: 'Von',
  to: 'Bis',
  currency: 'Währung',
  show: 'Anzeigen',
  numbers: 'Zahlen',
  none: 'In diesen Monaten gibt es nichts zu zeigen.',
  of: (what, month) => `${what}, ${month}`,
  latest: (value, month) => `${value} im ${month}`,
  asOf: (time) => `Stand: ${time}.`,
  closed: (month) => `Die Bücher sind bis ${month} abgeschlossen; ihr Siegel:`,
  open: 'Noch ist kein Monat abgeschlossen.',
  days: (days) => `${days} Tage`,
  dashboardsOf: {
    executive: {
      title: 'Geschäftsleitung',
      meaning: 'Wie es dem Marktplatz geht: Umsatz, Anteil der Plattform und der Urheber, und wer teilnimmt.',
    },
    creators: { title: 'Urheber', meaning: 'Wer dazukommt, wie weit sie kommen und was sie verdienen.' },
    developers: { title: 'Entwickler', meaning: 'Wer Inhalte lizenziert, wie viel, und wer bleibt.' },
    finance: {
      title: 'Finanzen und Abgleich',
      meaning: 'Was verdient, erstattet, ausgezahlt und geschuldet wird, und ob Stripe dasselbe sagt.',
    },
    operations: { title: 'Betrieb', meaning: 'Was auf jemanden wartet, und wie lange Monatsabschlüsse dauern.' },
    creator: { title: 'Ihre Vergütungen', meaning: 'Was ein Urheber verdient; eingebettet nur für diesen Urheber.' },
  },
  cards: {
    creator_sign_ups: { title: 'Neue Urheber', meaning: 'Urheber, die sich im Monat angemeldet haben.' },
    creators_verified: {
      title: 'Geprüfte Urheber',
      meaning: 'Urheber, deren Identitätsprüfung im Monat zum ersten Mal gelungen ist.',
    },
    assets_uploaded: { title: 'Hochgeladene Werke', meaning: 'Werke, die im Monat hochgeladen wurden.' },
    assets_published: {
      title: 'Veröffentlichte Werke',
      meaning: 'Werke, die im Monat zum ersten Mal veröffentlicht wurden.',
    },
    days_to_first_royalty: {
      title: 'Tage bis zur ersten Vergütung',
      meaning:
        'Tage von der Anmeldung bis zur ersten Vergütung, im Durchschnitt der Urheber, die sich im Monat angemeldet haben.',
    },
    developer_sign_ups: { title: 'Neue Entwickler', meaning: 'KI-Entwickler, die sich im Monat angemeldet haben.' },
    api_keys_created: {
      title: 'Angelegte API-Schlüssel',
      meaning: 'API-Schlüssel, die Entwickler im Monat angelegt haben.',
    },
    samples_requested: { title: 'Angeforderte Proben', meaning: 'Proben, die Entwickler im Monat angefordert haben.' },
    purchases: { title: 'Käufe', meaning: 'Zahlungen für Lizenzen und Abonnements, die im Monat gebucht sind.' },
    developer_spend: {
      title: 'Ausgaben der Entwickler',
      meaning:
        'Was Entwickler für Käufe und nutzungsabhängige Lizenzen gezahlt haben, die im Monat gebucht sind, abzüglich Erstattungen und Korrekturen, ohne Steuer.',
    },
    gross_revenue: {
      title: 'Bruttoumsatz',
      meaning:
        'Was Käufer für Käufe und Nutzung gezahlt haben, die im Monat gebucht sind, vor Erstattungen, ohne Steuer.',
    },
    refunds: {
      title: 'Erstattungen',
      meaning:
        'Was Käufer durch Erstattungen, verlorene Zahlungsanfechtungen und Korrekturen zurückbekommen haben, die im Monat gebucht sind.',
    },
    platform_fees: {
      title: 'Plattformgebühren',
      meaning: 'Die Gebühren der Plattform im Monat, abzüglich derer, die Erstattungen zurückgenommen haben.',
    },
    royalties_accrued: {
      title: 'Vergütungen',
      meaning:
        'Was der Monat den Urhebern gutschreibt, auf neun Nachkommastellen, abzüglich dessen, was Erstattungen zurückgenommen haben.',
    },
    take_rate: {
      title: 'Anteil der Plattform',
      meaning: 'Die Gebühren der Plattform als Anteil dessen, was Käufer gezahlt haben, beides abzüglich Erstattungen.',
    },
    payouts: {
      title: 'Auszahlungen',
      meaning: 'Auszahlungen, die im Monat gebucht sind, abzüglich derer, die zurückkamen.',
    },
    creators_liability: {
      title: 'Den Urhebern geschuldet',
      meaning: 'Was den Urhebern am Ende des Monats geschuldet wird.',
    },
    active_developers: {
      title: 'Aktive Entwickler',
      meaning: 'Entwickler, die im Monat etwas gekauft oder genutzt haben.',
    },
    licences_per_developer: {
      title: 'Lizenzen je Entwickler',
      meaning: 'Zahlungen für Lizenzen und Abonnements je Entwickler, der im Monat etwas gekauft oder genutzt hat.',
    },
    average_licence_value: {
      title: 'Durchschnittlicher Wert einer Lizenz',
      meaning: 'Was eine Lizenz oder eine Abonnementzahlung im Durchschnitt kostet, vor Erstattungen, ohne Steuer.',
    },
    developer_retention: {
      title: 'Bindung der Entwickler',
      meaning: 'Der Anteil der Entwickler des Vormonats, die auch in diesem Monat etwas gekauft oder genutzt haben.',
    },
    developer_churn: {
      title: 'Abwanderung der Entwickler',
      meaning: 'Der Anteil der Entwickler des Vormonats, die in diesem Monat nichts gekauft und nichts genutzt haben.',
    },
    royalty_concentration: {
      title: 'Anteil der zehn höchsten Verdiener',
      meaning: 'Der Anteil der zehn Urheber mit den höchsten Vergütungen des Monats an den Vergütungen aller.',
    },
    events_in_quarantine: {
      title: 'Ereignisse in Quarantäne',
      meaning: 'Ereignisse, die in Quarantäne kamen und seither nicht übernommen wurden, nach Quelle.',
    },
    exceptions: {
      title: 'Klärungsfälle',
      meaning: 'Vorgänge des Monats, die noch nicht gebucht werden können oder gebucht und zu prüfen sind.',
    },
    amount_in_suspense: {
      title: 'Betrag in Klärung',
      meaning: 'Der Betrag der Vorgänge des Monats, die noch nicht gebucht werden können.',
    },
    breaks: {
      title: 'Abweichungen von Stripe',
      meaning: 'Abweichungen zwischen den Büchern des Monats und den Daten von Stripe.',
    },
    days_to_close: {
      title: 'Tage bis zum Abschluss',
      meaning: 'Tage vom Ende des Monats bis zum Stichzeitpunkt seines Abschlusses.',
    },
    daily_revenue: {
      title: 'Umsatz nach Tag',
      meaning: 'Was Käufer am Tag gezahlt haben, vor Erstattungen, ohne Steuer.',
    },
    revenue_by_license_type: {
      title: 'Umsatz nach Lizenzart',
      meaning:
        'Was Käufer nach Lizenzart gezahlt haben, und was davon der Plattform und den Urhebern zusteht, abzüglich Erstattungen.',
    },
    top_creators: {
      title: 'Höchste Vergütungen',
      meaning: 'Die zehn Urheber mit den höchsten Vergütungen jedes Monats.',
    },
    top_assets: {
      title: 'Werke mit dem höchsten Umsatz',
      meaning: 'Die zehn Werke mit dem höchsten Umsatz jedes Monats, abzüglich Erstattungen.',
    },
    top_developers: {
      title: 'Entwickler mit den höchsten Ausgaben',
      meaning: 'Die zehn Entwickler, die in jedem Monat am meisten gezahlt haben, abzüglich Erstattungen, ohne Steuer.',
    },
    onboarding_funnel: {
      title: 'Schritte neuer Urheber',
      meaning: 'Wie viele der Urheber, die sich im Monat angemeldet haben, jeden Schritt bis jetzt erreicht haben.',
    },
    totals: {
      title: 'Wohin das Geld ging',
      meaning: 'Die Summen jedes Monats: was Käufer gezahlt haben, und wohin alles davon ging.',
    },
    balances_of_month: {
      title: 'Salden der Urheber',
      meaning:
        'Was den Urhebern am Ende jedes Monats geschuldet wird, und was davon ausgezahlt werden kann oder zurückgehalten ist.',
    },
    breaks_by_class: {
      title: 'Abweichungen nach Art',
      meaning: 'Abweichungen zwischen den Büchern und den Daten von Stripe, nach Art.',
    },
    exceptions_by_reason: {
      title: 'Klärungsfälle nach Grund',
      meaning: 'Vorgänge, die noch nicht gebucht werden können oder zu prüfen sind, nach Grund.',
    },
    payouts_by_state: {
      title: 'Auszahlungen nach Stand',
      meaning: 'Auszahlungen nach dem Monat, dessen Saldo sie auszahlen, und ihrem jetzigen Stand.',
    },
    activity_by_kind: { title: 'Aktivität', meaning: 'Was geschehen ist, nach Art.' },
    royalties_of_creator: {
      title: 'Vergütungen',
      meaning: 'Die Vergütungen eines Urhebers nach Monat, abzüglich dessen, was Erstattungen zurückgenommen haben.',
    },
    assets_of_creator: {
      title: 'Vergütungen nach Werk',
      meaning: 'Die Vergütungen eines Urhebers nach Werk und Lizenzart.',
    },
  },
  columns: {
    period: 'Monat',
    currency: 'Währung',
    metric_value: 'Wert',
    journal_on: 'Tag',
    license_type: 'Lizenzart',
    asset_id: 'Werk',
    creator_id: 'Urheber',
    developer_id: 'Entwickler',
    source_id: 'Quelle',
    milestone: 'Schritt',
    break_class: 'Art',
    exception_reason: 'Grund',
    payout_status: 'Stand',
    activity_kind: 'Was',
    sold_amount: 'Verkauft',
    refunds_amount: 'Erstattungen',
    buyers_net_amount: 'Käufer, netto',
    creators_amount: 'An Urheber',
    platform_fee_amount: 'Plattformgebühr',
    royalty_amount: 'Vergütungen',
    rounding_amount: 'Übertragene Bruchteile',
    suspense_amount: 'In Klärung',
    spent_amount: 'Ausgaben',
    owed_amount: 'Geschuldet',
    payable_amount: 'Auszahlbar',
    held_amount: 'Zurückgehalten',
    amount: 'Betrag',
    sale_count: 'Zahlungen',
    creator_count: 'Urheber',
    break_count: 'Abweichungen',
    fact_count: 'Vorgänge',
    payout_count: 'Auszahlungen',
    activity_count: 'Anzahl',
  },
};
