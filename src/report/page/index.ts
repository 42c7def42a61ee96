export { readReports } from './readReports.js';
export type { AnyReport } from './anyReport.js';
export { renderPage } from './renderPage.js';
export { checkPageTarget, writePage } from './writePage.js';
