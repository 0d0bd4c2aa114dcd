/** Whatever went wrong, in words for people. The server's own words come first. */
import { ConnectionError, HTTPError, MatrixError } from "matrix-js-sdk/lib/matrix";
import type { Text } from "./model";
import { mishap } from "./state";
import { isStoreFailure } from "./storage";

const OFFLINE: Text = {
  id: "Server tidak terjangkau. Periksa sambungan Anda, lalu coba lagi.",
  en: "The server cannot be reached. Check your connection, then try again.",
};
const WRONG_PASSWORD: Text = {
  id: "Nama atau kata sandi tidak cocok.",
  en: "Name and password do not match.",
};
const WRONG_AGAIN: Text = {
  id: "Kata sandi tidak cocok.",
  en: "The password does not match.",
};
const SIGNED_OUT: Text = {
  id: "Perangkat ini telah dikeluarkan. Masuklah lagi; kunci pemulihan membuka riwayat Anda.",
  en: "This device has been signed out. Sign in again; your recovery key opens your history.",
};
const SIGN_IN_AGAIN: Text = {
  id: "Masuklah lagi; kunci pemulihan Anda membuka riwayat Anda.",
  en: "Sign in again; your recovery key opens your history.",
};
const SIGN_IN_TO_FINISH: Text = {
  id: "Pembuatan kunci Anda terputus. Masuklah dengan nama dan kata sandi Anda; lalu Anda mendapat kunci pemulihan.",
  en: "The making of your keys was interrupted. Sign in with your name and password; then you get your recovery key.",
};
const FULL: Text = {
  id: "Penyimpanan peramban ini penuh. Kosongkan ruang (hapus berkas, atau data situs lain di pengaturan peramban), lalu coba lagi.",
  en: "This browser’s storage is full. Make room (delete files, or other sites’ data in the browser’s settings), then try again.",
};
const STORE: Text = {
  id: "Kunci di peramban ini tidak dapat dipakai. Muat ulang halaman; jika tidak menolong, keluar dan masuklah lagi dengan kunci pemulihan Anda.",
  en: "The keys in this browser cannot be used. Reload the page; if that does not help, sign out and in again with your recovery key.",
};
const TOO_OFTEN: Text = {
  id: "Terlalu sering. Tunggu sebentar, lalu coba lagi.",
  en: "Too often. Wait a moment, then try again.",
};
const TOO_LARGE: Text = {
  id: "Berkas ini lebih besar dari yang diterima server.",
  en: "This file is larger than the server takes.",
};
const REFUSED: Text = {
  id: "Server menolak ini.",
  en: "The server refused this.",
};
const OTHER: Text = {
  id: "Ini tidak berhasil. Coba lagi.",
  en: "This did not work. Try again.",
};

export function problemOf(error: unknown): Text {
  if (isStoreFailure(error)) return STORE;
  if (error instanceof DOMException && error.name === "QuotaExceededError") return FULL;
  if (!(error instanceof MatrixError)) return error instanceof ConnectionError || error instanceof TypeError ? OFFLINE : OTHER;
  const said: unknown = error.data["org.jaga.text"];
  if (isText(said)) return said;
  switch (error.errcode) {
    case "M_LIMIT_EXCEEDED":
      return TOO_OFTEN;
    case "M_UNKNOWN_TOKEN":
      return SIGNED_OUT;
    case "M_TOO_LARGE":
      return TOO_LARGE;
    case "M_FORBIDDEN":
      return error.data.error === "Invalid username or password" ? WRONG_PASSWORD : REFUSED;
    default:
      return error.httpStatus === 403 ? REFUSED : OTHER;
  }
}

/** A refusal of what has no place of its own on the screen is said all the same. */
export async function said(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    mishap.value = problemOf(error);
  }
}

/** Of what asks for the password once more. */
export function refusedPassword(error: unknown): Text {
  return error instanceof MatrixError && error.httpStatus === 401 ? WRONG_AGAIN : problemOf(error);
}

/** Whether it may work by itself in a while: no connection, a server that restarts, or too much at once. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof HTTPError && error.httpStatus !== undefined && (error.httpStatus >= 500 || error.httpStatus === 429);
}

/** Whether it came from the server or the way there, and not from what this browser keeps. */
export function isRemote(error: unknown): boolean {
  return error instanceof HTTPError || error instanceof ConnectionError;
}

export const otherTabSilent: Text = {
  id: "Tab lain itu tidak menjawab. Tutup tab itu, lalu coba lagi.",
  en: "The other tab does not answer. Close it, then try again.",
};
export const signedOutElsewhere = SIGNED_OUT;
export const signInAgain = SIGN_IN_AGAIN;
export const signInToFinish = SIGN_IN_TO_FINISH;
export const storageFull = FULL;

function isText(value: unknown): value is Text {
  if (typeof value !== "object" || value === null) return false;
  const { id, en } = value as Record<string, unknown>;
  return typeof id === "string" && typeof en === "string";
}
