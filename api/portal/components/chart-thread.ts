/** Run by the thread of `chart.ts`. */
export { drawChart as default } from './chart-drawing.ts';
