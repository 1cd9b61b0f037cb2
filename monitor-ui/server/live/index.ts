export { LiveRelays } from './live-relays.ts';
export { liveUpgrade, type LiveUpgradeParts } from './live-upgrade.ts';
