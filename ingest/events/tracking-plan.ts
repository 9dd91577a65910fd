import { CATALOGUE } from './catalogue.ts';
import { type EventDeclaration, propertiesSchema } from './event.ts';

/**
 * The catalogue as a RudderStack tracking plan: what is uploaded there so that RudderStack's own data plane judges events
 * as our loader does. `tracking-plan.json` is this, written out; a test keeps the two the same.
 */
export function trackingPlan(catalogue: readonly EventDeclaration[] = CATALOGUE): object {
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
