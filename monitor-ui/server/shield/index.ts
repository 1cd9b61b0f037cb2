export { Shield, ShieldError } from './shield.ts';
