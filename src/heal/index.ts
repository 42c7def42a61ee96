export {
  checkHealing,
  healingMethods,
  healingNames,
  parseHealing,
  type HealingMethod,
  type HealingName,
} from './methods.js';
export { healingDefaults } from './options.js';
export { planHealing, type HealingStep } from './plan.js';
export { splitWindows, type HealingWindows } from './windows.js';
