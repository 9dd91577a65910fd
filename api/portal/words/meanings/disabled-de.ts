import type { Meanings } from './en.ts';

/** Why Stripe has restricted an account, in German. */
export const disabled: Meanings['disabled'] = {
  'action_required.requested_capabilities': {
    meaning: 'Bevor das Konto genutzt werden kann, muss eine Funktion (capability) beantragt werden.',
  },
  listed: {
    meaning: 'Das Konto steht möglicherweise auf einer Liste gesperrter Personen oder Unternehmen; Stripe prüft das.',
  },
  platform_paused: { meaning: 'Ihre Plattform hat das Konto angehalten.' },
  'rejected.fraud': { meaning: 'Stripe hat das Konto wegen Betrugsverdachts abgelehnt.' },
  'rejected.incomplete_verification': {
    meaning: 'Stripe hat das Konto abgelehnt, weil es nicht rechtzeitig bestätigt werden konnte.',
  },
  'rejected.listed': {
    meaning: 'Stripe hat das Konto abgelehnt, weil es auf einer Liste gesperrter Personen oder Unternehmen steht.',
  },
  'rejected.other': { meaning: 'Stripe hat das Konto abgelehnt.' },
  'rejected.platform_fraud': { meaning: 'Ihre Plattform hat das Konto wegen Betrugsverdachts abgelehnt.' },
  'rejected.platform_other': { meaning: 'Ihre Plattform hat das Konto abgelehnt.' },
  'rejected.platform_terms_of_service': {
    meaning: 'Ihre Plattform hat das Konto abgelehnt, weil es gegen Ihre Nutzungsbedingungen verstößt.',
  },
  'rejected.terms_of_service': {
    meaning: 'Stripe hat das Konto abgelehnt, weil es gegen die Nutzungsbedingungen von Stripe verstößt.',
  },
  'requirements.past_due': {
    meaning:
      'Eine Angabe, die Stripe verlangt, fehlt nach Ablauf der Frist; der Urheber macht sie über einen Link zu seinem Konto.',
  },
  'requirements.pending_verification': { meaning: 'Stripe prüft die Angaben; es ist nichts zu tun.' },
  under_review: { meaning: 'Stripe prüft das Konto; es ist nichts zu tun.' },
  other: { meaning: 'Stripe hat das Konto eingeschränkt; der Support von Stripe kennt den Grund.' },
};
