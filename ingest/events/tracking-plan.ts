import { CATALOGUE } from './catalogue.ts';
import { type EventDeclaration, propertiesSchema } from './event.ts';

/**
 * The catalogue as a RudderStack tracking plan. It is uploaded to RudderStack so that its data plane checks events like our
 * loader. `tracking-plan.json` is generated from this; a test compares the two.
 */
function trackingPlan(catalogue: readonly EventDeclaration[] = CATALOGUE): object {
  return {
    name: 'Tantieme',
    events: catalogue
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((event) => ({
        name: event.name,
        description: event.meaning,
        eventType: 'track',
        rules: {
          type: 'object',
          properties: { properties: propertiesSchema(event) },
          required: ['properties'],
        },
      })),
  };
}

export function trackingPlanText(catalogue = CATALOGUE): string {
  return `${JSON.stringify(trackingPlan(catalogue), null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(trackingPlanText());
