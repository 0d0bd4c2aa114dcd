/** What the library keeps of the chats is a copy of what the server has: where it looks damaged it is fetched anew. */
import { ClientEvent, type ClientEventHandlerMap, MatrixError, type MatrixClient, SyncState } from "matrix-js-sdk/lib/matrix";

/** In this tab, once: what does not go away by fetching anew was not the copy's fault. */
const FETCHED_ANEW = "jaga.fetched-anew";

/** Looks until the server has answered for the first time; later on the copy is only written. */
export async function doubtCopy(made: MatrixClient): Promise<void> {
  if (!(await made.store.getSavedSyncToken())) return; // there is none, and a first answer may be minutes old
  const anew = () => void fetchAnew(made);
  const look: ClientEventHandlerMap[ClientEvent.Sync] = (state, _before, data) => {
    if (data?.error instanceof MatrixError && data.error.httpStatus === 400) anew();
    if (state !== SyncState.Syncing) return;
    made.off(ClientEvent.SyncUnexpectedError, anew);
    made.off(ClientEvent.Sync, look);
    void lacksRooms(made).then((lacks) => lacks && anew());
  };
  made.on(ClientEvent.SyncUnexpectedError, anew);
  made.on(ClientEvent.Sync, look);
}

async function lacksRooms(made: MatrixClient): Promise<boolean> {
  const { joined_rooms } = await made.getJoinedRooms().catch(() => ({ joined_rooms: [] }));
  return joined_rooms.some((id) => !made.getRoom(id));
}

async function fetchAnew(made: MatrixClient): Promise<void> {
  if (sessionStorage.getItem(FETCHED_ANEW) !== null) return;
  sessionStorage.setItem(FETCHED_ANEW, "1");
  made.stopClient();
  await made.store.deleteAllData();
  location.reload();
}
