import { FORMATS_OF } from '../../reports/statement/format.ts';
import type { NoticeFacts } from './kinds.ts';
import type { MailWords } from './words-en.ts';

const { month, day, money } = FORMATS_OF.de;

const ROLES: Readonly<Record<NoticeFacts['role-given']['role'], string>> = {
  creator: 'Urheber',
  developer: 'Entwickler',
  finance: 'Buchhaltung',
  approver: 'Freigabe',
  analyst: 'Auswertung',
  operator: 'Betrieb',
  admin: 'Verwaltung',
};
const roleOf = (role: string): string => ({ ...ROLES })[role] ?? role;
const withSubject = (role: string, subject: string): string =>
  subject === '' ? roleOf(role) : `${roleOf(role)} für ${subject}`;

/** What mails say in German. */
export const wordsDe: MailWords = {
  notices: {
    'logged-in': {
      label: 'Jemand hat sich mit einem neuen Browser in Ihrem Konto angemeldet',
      subject: () => 'Eine Anmeldung mit einem neuen Browser',
      text: ({ browser, address }) =>
        `Jemand hat sich mit einem Browser in Ihrem Konto angemeldet, der dafür noch nicht benutzt wurde: ${browser || 'unbekannt'}, von der Adresse ${address}. Wenn Sie das nicht waren, beenden Sie diese Sitzung auf der Seite Ihres Kontos.`,
    },
    'passkey-added': {
      label: 'Ihrem Konto wurde ein Passkey hinzugefügt',
      subject: () => 'Ihrem Konto wurde ein Passkey hinzugefügt',
      text: ({ name }) =>
        `Mit dem Passkey „${name}“ kann man sich jetzt in Ihrem Konto anmelden; er ist ein zweiter Faktor.`,
    },
    'passkey-removed': {
      label: 'Ein Passkey Ihres Kontos wurde entfernt',
      subject: () => 'Ein Passkey Ihres Kontos wurde entfernt',
      text: ({ name }) => `Mit dem Passkey „${name}“ kann man sich nicht mehr in Ihrem Konto anmelden.`,
    },
    'authenticator-added': {
      label: 'Ihrem Konto wurde eine Authentifizierungs-App hinzugefügt',
      subject: () => 'Ihrem Konto wurde eine Authentifizierungs-App hinzugefügt',
      text: () => 'Codes einer Authentifizierungs-App sind jetzt ein zweiter Faktor Ihres Kontos.',
    },
    'factors-removed': {
      label: 'Ihre zweiten Faktoren wurden entfernt',
      subject: () => 'Ihre zweiten Faktoren wurden entfernt',
      text: () =>
        'Die Verwaltung hat Ihre Authentifizierungs-App und Ihre Passkeys entfernt. Ihre Sitzungen sind beendet.',
    },
    'role-given': {
      label: 'Sie haben eine Rolle erhalten',
      subject: ({ role }) => `Sie haben die Rolle ${roleOf(role)} erhalten`,
      text: ({ role, subject, by }) => `Sie haben jetzt die Rolle ${withSubject(role, subject)}. Vergeben von: ${by}.`,
    },
    'role-ended': {
      label: 'Eine Ihrer Rollen wurde beendet',
      subject: ({ role }) => `Ihre Rolle ${roleOf(role)} wurde beendet`,
      text: ({ role, subject, by }) =>
        `Sie haben die Rolle ${withSubject(role, subject)} nicht mehr. Beendet von: ${by}.`,
    },
    'member-changed': {
      label: 'Wer für Ihr Urheberkonto handelt, hat sich geändert',
      subject: ({ creator }) => `Wer für ${creator} handelt, hat sich geändert`,
      text: ({ creator, name, isEnded, by }) =>
        isEnded
          ? `${name} handelt nicht mehr für ${creator}. Geändert von: ${by}.`
          : `${name} darf jetzt für ${creator} handeln. Geändert von: ${by}.`,
    },
    'api-key-made': {
      label: 'Ein API-Schlüssel wurde erstellt oder bekam ein weiteres Geheimnis',
      subject: ({ isRotated }) =>
        isRotated ? 'Ein API-Schlüssel bekam ein weiteres Geheimnis' : 'Ein API-Schlüssel wurde erstellt',
      text: ({ name, role, subject, isRotated }) =>
        `Der API-Schlüssel „${name}“ hat die Rolle ${withSubject(role, subject)}.${isRotated ? ' Er hat ein weiteres Geheimnis bekommen.' : ''}`,
    },
    'payout-account-changed': {
      label: 'Ihr Auszahlungskonto wurde geändert',
      subject: ({ creator }) => `Das Auszahlungskonto von ${creator} wurde geändert`,
      text: ({ creator, account, by }) =>
        `Auszahlungen an ${creator} gehen jetzt auf das Konto ${account}. Geändert von: ${by}. Auf ein geändertes Konto wird erst nach einigen Tagen gezahlt.`,
    },
    'tax-profile-changed': {
      label: 'Ihr Steuerprofil wurde geändert',
      subject: ({ creator }) => `Das Steuerprofil von ${creator} wurde geändert`,
      text: ({ creator, form, by }) =>
        `Für ${creator} wurde eine neue Fassung des Formulars ${form} erfasst. Erfasst von: ${by}.`,
    },
    'statement-issued': {
      label: 'Eine Abrechnung wurde ausgestellt',
      subject: ({ period }) => `Ihre Abrechnung für ${month(period)}`,
      text: ({ creator, period, currency }) =>
        `Die Abrechnung von ${creator} für ${month(period)} in ${currency} wurde ausgestellt.`,
    },
    'payout-sent': {
      label: 'Eine Auszahlung wurde gesendet',
      subject: ({ amount, currency }) => `Eine Auszahlung von ${money(amount, currency)} wurde gesendet`,
      text: ({ creator, period, amount, currency }) =>
        `Die Auszahlung von ${money(amount, currency)} an ${creator} für ${month(period)} wurde gesendet.`,
    },
    'payout-held': {
      label: 'Eine Auszahlung wurde angehalten, und was zu tun ist',
      subject: ({ period }) => `Ihre Auszahlung für ${month(period)} wartet`,
      text: ({ creator, period, amount, currency, isTheirs }) =>
        isTheirs
          ? `Das Guthaben von ${creator} in ${currency} für ${month(period)} wird erst ausgezahlt, wenn Ihr Auszahlungskonto vollständig ist. Die Seite sagt, was fehlt.`
          : `Die Auszahlung von ${money(amount, currency)} an ${creator} für ${month(period)} ist angehalten. Der Betrag bleibt Ihnen geschuldet; Sie müssen nichts tun, solange die Seite nichts anderes sagt.`,
    },
    'tax-form-expires': {
      label: 'Ein Steuerformular läuft ab',
      subject: ({ on }) => `Ein Steuerformular läuft am ${day(on)} ab`,
      text: ({ creator, form, on }) =>
        `Das Formular ${form} von ${creator} gilt bis ${day(on)}. Ohne ein neues wird Steuer vielleicht zu einem höheren Satz einbehalten. Geben Sie es rechtzeitig neu ab.`,
    },
    'closing-refused': {
      label: 'Ein geplanter Monatsabschluss wurde abgelehnt',
      subject: ({ period }) => `${month(period)} wurde nicht abgeschlossen`,
      text: ({ error }) => error,
    },
    'batch-waits': {
      label: 'Auszahlungen warten auf die Freigabe',
      subject: ({ period }) => `Auszahlungen für ${month(period)} warten auf die Freigabe`,
      text: ({ batch, count }) =>
        `Der Stapel ${batch} hat ${count === 1 ? 'eine Auszahlung' : `${count} Auszahlungen`}. Freigeben muss ihn jemand anderes, als ihn geplant hat.`,
    },
    'breaks-found': {
      label: 'Der Abgleich mit Stripe hat Abweichungen gefunden',
      subject: ({ period, count }) =>
        `${count === 1 ? 'Eine neue Abweichung' : `${count} neue Abweichungen`} in ${month(period)}`,
      text: ({ period, count }) =>
        `Der Abgleich von ${month(period)} mit Stripe hat ${count === 1 ? 'eine neue Abweichung' : `${count} neue Abweichungen`} gefunden. Abweichungen können Auszahlungen anhalten.`,
    },
  },
  see: (address) => `Siehe ${address}`,
  security:
    'Wenn Sie das nicht erwartet haben, melden Sie sich an, beenden Sie die Sitzungen, die Sie nicht kennen, und benachrichtigen Sie den Betreiber dieses Marktplatzes.',
  switchOff: (address) => `Wählen Sie, welche dieser E-Mails Sie erhalten: ${address}`,
  logIn: {
    invited: { subject: 'Sie sind zu Tantieme eingeladen', text: 'Sie haben Zugang zu Tantieme erhalten.' },
    asked: { subject: 'Anmeldung bei Tantieme', text: 'Jemand, vermutlich Sie, möchte sich bei Tantieme anmelden.' },
    link: (minutes) =>
      `Öffnen Sie diese Adresse innerhalb von ${minutes} Minuten, um sich anzumelden; sie gilt einmal:`,
    after: (address) => `Danach erhalten Sie eine neue unter ${address}.`,
    elsewhere: (address) => `Melden Sie sich mit dem Konto Ihres Unternehmens an: ${address}`,
    unexpected:
      'Wenn Sie das nicht erwartet haben, beachten Sie es nicht: Ohne die Adresse kann sich niemand anmelden.',
  },
};
