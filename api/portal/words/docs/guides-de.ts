/** The guides in German. */
export const guidesDe = {
  'send-events': {
    title: 'Ereignisse senden',
    about: 'Jedes SDK von RudderStack kann Ereignisse senden, und eine einfache HTTP-Anfrage kann es auch.',
    steps: [
      { text: 'Fragen Sie den Betrieb nach der Adresse und einem Schreibschlüssel, der Ihre Quelle benennt.' },
      {
        text: 'Prüfen Sie die Ereignisse, bevor Sie sie senden; das braucht keinen Server.',
        code: 'tantieme events check events.jsonl',
      },
      {
        text: 'Senden Sie ein Ereignis. Seine `messageId` stammt aus Ihren Aufzeichnungen und ist dieselbe, wann immer Sie es noch einmal senden. `200 ok` heißt: Es ist dauerhaft gespeichert.',
        code: `curl https://tantieme.example.com/v1/track --user "$WRITE_KEY:" \\
  --header 'content-type: application/json' \\
  --data @event.json`,
      },
      {
        text: 'Sehen Sie nach, was daraus geworden ist: wartend, angekommen, doppelt, oder mit Grund in der Quarantäne.',
        code: 'curl \'https://tantieme.example.com/v1/events/recent?limit=20\' --user "$WRITE_KEY:"',
      },
      {
        text: 'Berichtigen Sie ein Ereignis in der Quarantäne und senden Sie es unter derselben `messageId` noch einmal.',
      },
    ],
  },
  'verify-a-statement': {
    title: 'Eine Abrechnung prüfen',
    about: 'Jede Abrechnung trägt den Nachweis, dass ihre Beträge zu den versiegelten Büchern ihres Monats gehören.',
    steps: [
      {
        text: 'Laden Sie die Abrechnung als JSON herunter, von ihrer Seite oder mit der API.',
        code: `curl https://tantieme.example.com/v1/statements/$STATEMENT_ID/json \\
  --header "authorization: Bearer $TANTIEME_KEY" --output statement.json`,
      },
      {
        text: 'Prüfen Sie sie. Das braucht weder Netz noch Zugang zu den Büchern; eine geänderte Zeile wird genannt.',
        code: 'tantieme verify-statement statement.json',
      },
      {
        text: 'Vergleichen Sie das ausgegebene Siegel mit dem, das der Marktplatz für den Monat veröffentlicht oder das ein anderer Urheber hat.',
      },
    ],
  },
  query: {
    title: 'Die Marts abfragen',
    about: 'Wer die Rolle Analyse hat, liest die Marts mit der API; der Betrieb kann auch das Warehouse abfragen.',
    steps: [
      {
        text: 'Listen Sie die Marts und ihre Spalten auf.',
        code: 'curl https://tantieme.example.com/v1/marts --header "authorization: Bearer $TANTIEME_KEY"',
      },
      {
        text: 'Lesen Sie einen, für einen Monat oder für alle, als JSON, CSV, Arrow oder Parquet.',
        code: `curl 'https://tantieme.example.com/v1/marts/royalties?period=2026-01&format=parquet' \\
  --header "authorization: Bearer $TANTIEME_KEY" --output royalties.parquet`,
      },
      {
        text: 'Fragen Sie das Warehouse auf der Maschine des Servers ab, nur lesend. Die Seite jedes Marts hat Beispiele.',
        code: 'tantieme query "$(cat question.sql)"',
      },
      {
        text: 'Addieren Sie nur Beträge einer Währung. Genaue Beträge sind Dezimalzahlen: Machen Sie daraus nie Gleitkommazahlen.',
      },
    ],
  },
  connect: {
    title: 'BI-Werkzeuge anschließen',
    about:
      'BI-Werkzeuge lesen dieselben Marts. Wie eine Installation sie für welches Werkzeug bereitstellt, weiß ihr Betrieb; `warehouse/bi.md` der Software beschreibt es.',
    steps: [
      {
        text: 'Fragen Sie den Betrieb nach Lesezugriff auf die bereitgestellten Marts, oder nach einem API-Schlüssel mit der Rolle `analyst`.',
      },
      {
        text: 'Ein Werkzeug, das Dateien liest, bekommt Parquet oder CSV von der API.',
        code: 'https://tantieme.example.com/v1/marts/balances?format=parquet',
      },
      { text: 'Bei BigQuery liest ein Werkzeug den Datensatz `tantieme` unmittelbar.' },
    ],
  },
};
