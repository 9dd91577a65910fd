import type { accountEn } from './account-en.ts';

/** The same in German. */
export const accountDe: typeof accountEn = {
  passkeys: {
    title: 'Passkeys',
    explain:
      'Ein Passkey liegt auf Ihrem Gerät, in Ihrem Passwortmanager oder auf einem Sicherheitsschlüssel. Er meldet Sie an und gilt als zweiter Faktor.',
    name: 'Name',
    made: 'Hinzugefügt',
    used: 'Zuletzt benutzt',
    never: 'nie',
    none: 'Sie haben keinen.',
    remove: 'Entfernen',
    nameHint: 'Name, um ihn von anderen zu unterscheiden',
    add: 'Passkey hinzufügen',
    factorFirst:
      'Bevor Sie einen Passkey hinzufügen oder entfernen, geben Sie einen zweiten Faktor an, wenn Sie einen haben; er gilt dafür 15 Minuten.',
    factorLink: 'Jetzt angeben',
    noDomain: 'Passkeys brauchen Seiten mit einem Namen; hier haben sie nur eine Adresse.',
    noScript: 'Passkeys brauchen JavaScript und einen Browser, der sie kennt.',
    added: 'Der Passkey wurde hinzugefügt.',
    removed: 'Der Passkey wurde entfernt.',
    refused: 'Der Browser hat keinen Passkey gegeben. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.',
    logIn: 'Mit einem Passkey anmelden',
    verify: 'Passkey verwenden',
  },
  sso: (host: string) => `Mit ${host} anmelden`,
  ssoOnly: 'Wer zum Unternehmen gehört, meldet sich nur hier an. Urheber und Entwickler lassen sich einen Link senden.',
  notices: {
    title: 'E-Mails an Sie',
    explain: 'Wählen Sie, worüber Sie E-Mails erhalten.',
    always: 'Immer gesendet',
    alwaysExplain:
      'Was Ihren Zugang betrifft, oder wohin Geld geht, wird immer gesendet, damit Sie bemerken, was Sie nicht getan haben.',
    link: 'Wählen, worüber Sie E-Mails erhalten',
    done: 'Das wurde gespeichert.',
  },
  members: {
    menu: 'Mitglieder',
    title: 'Wer für dieses Konto handelt',
    explain:
      'Mitglieder sehen und tun alles für dieses Konto: Abrechnungen, Auszahlungskonto, Steuer. Laden Sie nur Personen ein, denen Sie das Geld anvertrauen.',
    list: 'Mitglieder',
    since: 'Seit',
    name: 'Name',
    email: 'E-Mail-Adresse',
    remove: 'Entfernen',
    you: 'Sie',
    invite: 'Ein Mitglied einladen',
    send: 'Einladung senden',
    invited: 'Die Einladung wurde gesendet.',
    removed: 'Das Mitglied wurde entfernt, und seine Sitzungen sind beendet.',
    optional: 'freiwillig',
  },
};
