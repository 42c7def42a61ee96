export { readReports } from './readReports.js';
export { renderPage, type AnyReport } from './renderPage.js';
export { checkPageTarget, writePage } from './writePage.js';
