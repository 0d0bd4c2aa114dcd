/** Who the member is towards the open side. */
import { client } from "./client";

export interface OpenIdProof {
  access_token: string;
  token_type: string;
  matrix_server_name: string;
  expires_in: number;
}

/** A short-lived proof of the account for `POST /api/v1/session`; it gives no access to chats. */
export async function openIdProof(): Promise<OpenIdProof> {
  return client().getOpenIdToken();
}
