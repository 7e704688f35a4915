// A client that a public generator made of the OpenAPI document opens a ticket and finds it in the list.
import createClient from "openapi-fetch";

import type { paths } from "./api.d.ts";

const authorization = process.env["AUTHORIZATION"] ?? "";
const client = createClient<paths>({ baseUrl: process.env["ORIGIN"] ?? "", headers: { authorization } });

const opened = await client.POST("/api/v1/tickets", { body: { subject: "From a generated client", priority: "high" } });
if (opened.error) throw new Error(opened.error.detail);

const listed = await client.GET("/api/v1/tickets", { params: { query: { limit: 5, ordering: "-created_at" } } });
if (listed.error) throw new Error(listed.error.code);

const newest = listed.data.data[0];
if (newest === undefined || newest.id !== opened.data.id) throw new Error("the new ticket is not the newest");
const status: "open" | "pending" | "snoozed" | "resolved" | "closed" = newest.status;
console.log(`the generated client lists ${listed.data.data.length} tickets; #${newest.number} is ${status}`);
