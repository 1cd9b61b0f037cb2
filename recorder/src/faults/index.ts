export { FaultBoard, type FaultSeen } from './fault-board.ts';
export { watchFaults } from './watch-faults.ts';
