/** Stands in place of the parts of matrix-js-sdk that the build leaves out, see `build/absent.ts`. */

class Absent {
  constructor() {
    throw new Error("this part of matrix-js-sdk is not in this messenger");
  }
}

/** The library compares names by letters that look alike; what it finds is shown nowhere here. */
export default (name: string): string => name;

export const supportsMatrixCall = (): boolean => false;
export const createNewMatrixCall = (): null => null;

/** Made by every client, and asked for nothing unless somebody calls. */
export class MediaHandler {}
export class MatrixRTCSessionManager {
  start(): void {}
  stop(): void {}
}

export {
  Absent as CallEventHandler,
  Absent as GroupCall,
  Absent as GroupCallEventHandler,
  Absent as MSC3089TreeSpace,
  Absent as RoomWidgetClient,
  Absent as SlidingSyncSdk,
  Absent as StatsReport,
};

const none = {};
export {
  none as CallEvent,
  none as CallFeedEvent,
  none as DEFAULT_TREE_POWER_LEVELS_TEMPLATE,
  none as GroupCallEvent,
  none as GroupCallIntent,
  none as GroupCallState,
  none as GroupCallStatsReportEvent,
  none as GroupCallType,
  none as MediaHandlerEvent,
  none as SlidingSyncEvent,
};
