// Draws the description of the API with Scalar, whose bundle is a file of ours. It asks for nothing elsewhere and sends no requests to the API:
// whoever has logged in would send them as themselves, also those that move money.
const place = document.querySelector('#reference');
// A library within the bundle tries whether code may be compiled from text, which the policy of the page forbids and would report.
globalThis.__zod_globalConfig = { jitless: true };
const bundle = document.createElement('script');
bundle.src = place.dataset.bundle;
bundle.addEventListener('load', () => {
  place.replaceChildren();
  globalThis.Scalar.createApiReference(place, {
    url: place.dataset.document,
    localization: { locale: document.documentElement.lang },
    documentDownloadType: 'direct',
    hideDarkModeToggle: true,
    hideClientButton: true,
    hideTestRequestButton: true,
    persistAuth: false,
    showDeveloperTools: 'never',
    telemetry: false,
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
  });
});
document.head.append(bundle);
