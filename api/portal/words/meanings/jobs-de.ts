import type { JobName } from '../../../../jobs/jobs.ts';
import type { Meaning } from './en.ts';

/** What each job does, in German. */
export const jobs: Readonly<Record<JobName, Meaning>> = {
  'load-events': {
    meaning:
      'Sendet die Ereignisse des Postausgangs (outbox) und lädt die von den Gateways empfangenen Ereignisse in die Rohtabellen.',
  },
  'build-period': {
    meaning:
      'Baut die Modelle eines Zeitraums aus den bisher erfassten Ereignissen auf; die Bücher eines abgeschlossenen Zeitraums ändern sich nicht.',
  },
  'close-period': {
    meaning:
      'Liest die Daten von Stripe, wenn sie fehlen, baut die Bücher eines Zeitraums auf, führt jede Prüfung aus und schließt den Zeitraum mit einem Siegel ab; jeder Klärungsfall muss anerkannt sein.',
  },
  'issue-statements': {
    meaning:
      'Erstellt die Abrechnungen eines abgeschlossenen Zeitraums und speichert sie dauerhaft; eine ausgestellte Abrechnung wird nie neu erstellt.',
  },
  'issue-invoices': {
    meaning:
      'Stellt die Gutschriften (Selbstfakturierung), ihre Berichtigungen und die Rechnungen für gemessene Nutzung eines abgeschlossenen Zeitraums aus, jede mit der nächsten Nummer ihres Ausstellers, und erstellt sie als PDF mit CII und als UBL. Was ausgestellt ist, ändert sich nie.',
  },
  'plan-payouts': {
    meaning:
      'Plant die Auszahlungen eines abgeschlossenen Zeitraums: für jeden auszahlbaren Saldo eine Auszahlung, für jeden anderen einen Grund.',
  },
  'approve-payouts': {
    meaning:
      'Gibt die geplanten Auszahlungen eines Zeitraums genau so frei, wie sie sind; die freigebende Person darf nicht die planende sein, und was der Zeitplan geplant hat, müssen zwei freigeben.',
  },
  'send-payouts': { meaning: 'Sendet die freigegebenen Auszahlungen eines Zeitraums an Stripe, jede genau einmal.' },
  'request-instant-payouts': {
    meaning:
      'Zahlt Urhebern, die das gewählt haben, sofort auf ihre Bank aus, was ihnen gesendet wurde, soweit Stripe das anbietet; den Rest zahlt Stripe nach seinem Zeitplan aus.',
  },
  'export-payouts': {
    meaning:
      'Schreibt die freigegebenen Auszahlungen eines Zeitraums auf Bankkonten in eine Datei für die Bank, jede einmal; die Datei wird so oft ausgegeben, wie sie gebraucht wird.',
  },
  'read-bank-answers': {
    meaning:
      'Liest ein, was eine Bank zu exportierten Auszahlungen meldet (pain.002, camt.053, ACH-Rückgaben): bezahlt, abgelehnt oder zurückgekommen; jede Antwort zählt einmal.',
  },
  'resolve-bank-file': {
    meaning:
      'Hält fest, was aus einer Bankdatei wurde, zu der die Bank nicht antwortet: angenommen, dann sind ihre Auszahlungen gesendet, oder nie angenommen, dann werden sie wieder geschuldet; nicht durch die Person, die sie exportiert hat.',
  },
  'pull-stripe': {
    meaning:
      'Liest die Daten von Stripe über alles, was seit dem Beginn des letzten Monats oder in einem angegebenen Zeitfenster entstanden ist.',
  },
  'confirm-payouts': {
    meaning:
      'Bestätigt Auszahlungen, sobald die Daten von Stripe ihre Überweisungen enthalten, und meldet jede Rückbuchung: Ihr Betrag wird wieder geschuldet.',
  },
  'reverse-payout': {
    meaning:
      'Holt eine gesendete Auszahlung als Ganzes vom Konto des Urhebers zurück; ihr Betrag wird wieder geschuldet.',
  },
  'fetch-from-stripe': {
    meaning:
      'Erfasst die Ereignisse von Stripe und liest den jetzigen Stand der Objekte, die sie betreffen, von Stripe.',
  },
  'reconcile-stripe': {
    meaning:
      'Vergleicht jede Bewegung eines Zeitraums in unseren Büchern mit den Daten von Stripe und erfasst die Abweichungen.',
  },
  'verify-period': {
    meaning:
      'Berechnet einen abgeschlossenen Zeitraum aus den rohen Ereignissen neu und vergleicht sein Siegel; ändert nichts.',
  },
  'restate-period': {
    meaning:
      'Baut einen abgeschlossenen Zeitraum nach den heutigen Regeln und allem, was jetzt bekannt ist, auf und zeigt die Zeilen der Abrechnungen, die anders wären; bucht nichts.',
  },
  'trace-line': {
    meaning:
      'Findet die Ereignisse hinter einer Zeile der Abrechnungen eines abgeschlossenen Zeitraums: ihre Anzahl, Einheiten und IDs, oder die Korrekturen; ändert nichts.',
  },
  'publish-marts': {
    meaning:
      'Veröffentlicht die Marts für BI-Werkzeuge: als Datenbankdateien und Parquet im Datenordner und, wo BI_URL gesetzt ist, in PostgreSQL; für Analysten ohne personenbezogene Spalten. Von abgeschlossenen Monaten auch die Zahlen für alle.',
  },
  'cancel-long-queries': {
    meaning:
      'Bricht die Abfragen von BI-Werkzeugen in der Datenbank von BI_URL ab, die länger als BI_QUERY_SECONDS dauern.',
  },
  'replay-rejected': {
    meaning:
      'Lädt die Ereignisse der Quarantäne noch einmal; was jetzt dem Katalog entspricht, wird geladen, die anderen bleiben in der Quarantäne.',
  },
  'ingest-files': {
    meaning:
      'Lädt von RudderStack geschriebene Dateien mit Ereignissen aus einer Datei, einem Ordner oder einem Bucket; jede Datei wird einmal geladen.',
  },
  'import-stripe-report': {
    meaning:
      'Importiert einen Bericht von Stripe als CSV, der mit den Bewegungen des Saldos bei Stripe verglichen wird.',
  },
  'file-tax-form': {
    meaning:
      'Reicht ein Steuerformular eines Jahres ein: Speichert, was dem Finanzamt übergeben wird, und eine Kopie für jeden Urheber, bei dem sich etwas geändert hat.',
  },
  'rotate-tax-keys': {
    meaning:
      'Verschlüsselt die Schlüssel aller Steuerprofile, Bankkonten, Rechnungsangaben und Bankdateien mit dem jetzigen Schlüssel von TANTIEME_TAX_KEYS; danach können ältere Schlüssel entfernt werden. Verschlüsselt auch die Rechnungsangaben, die eine frühere Version gespeichert hat.',
  },
  'erase-tax-profiles': {
    meaning:
      'Löscht die Steuerprofile, Bankkonten und Rechnungsangaben, deren Löschung beantragt ist, sobald das Gesetz sie nicht mehr verlangt und keine Sperre aus rechtlichen Gründen sie bewahrt.',
  },
  'send-notices': {
    meaning:
      'Teilt Personen per E-Mail mit, was bei ihrem Konto, ihren Abrechnungen, Auszahlungen und Monaten geschehen ist.',
  },
  'delete-app-access': {
    meaning: 'Löscht abgelaufene Token von Apps, und was Personen Apps erlaubt haben, die kein Token mehr dafür haben.',
  },
  'delete-expired-records': {
    meaning:
      'Löscht Abrechnungen, Rechnungen, Steuerformulare und Bankdateien, deren Frist nach TANTIEME_DOCUMENT_RETENTION abgelaufen ist, außer eine Sperre bewahrt sie; ihre Hashes bleiben.',
  },
};
