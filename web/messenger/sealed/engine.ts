/** Everything that can be done on the sealed side; loaded on first use, see `index.ts`. */
export { anotherRecoveryKey, canBegin, recover, recoveryKeyKept, resume, signIn, signOut, startAfresh, startOver, useHere } from "./account";
export { devices, signOutDevice } from "./devices";
export { photoToShow } from "./disclosing";
export { open } from "./files";
export { openIdProof } from "./identity";
export { onNote, readNote, writeNote } from "./notes";
export { removeGroupPicture, setGroupPicture } from "./pictures";
export { ownPicture, removeOwnPicture, setOwnName, setOwnPicture } from "./profile";
export { pinMessage, pins, unpinMessage } from "./pins";
export {
  accept,
  acceptChange,
  block,
  blockedPeople,
  find,
  invite,
  isIn,
  leave,
  members,
  notesRoom,
  openDirect,
  openGroup,
  others,
  personCalled,
  removeMember,
  rename,
  setMuted,
  setPinned,
} from "./rooms";
export { cancelUpload, edit, forward, giveUp, react, remove, retry, retryUpload, sendFiles, sendText, typing } from "./sending";
export { after, earlier, isLoaded, markRead, opened, timeline } from "./timeline";
export { acceptVerification, cancelVerification, closeVerification, emojiDiffer, emojiMatch, verifyOwnDevices, verifyPerson } from "./verifying";
