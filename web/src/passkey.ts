// Passkeys. `<button data-passkey="login">` signs in, `<form data-passkey="enrol">` makes one; both stand hidden until the
// browser is known to have passkeys, and so does what stands in a `[data-passkey-box]` around them. They carry the addresses
// (data-options, data-finish, data-next where the server names none, data-confirm for a proof that has to come first) and the
// words (data-waiting, data-cancelled, data-failed, data-offline, data-known). Where a field has "webauthn" in its
// autocomplete, the browser offers passkeys in it too.
interface Problem {
  code?: string;
  detail?: string;
}

/** What stops a ceremony, with the sentence for the person. */
class Stop extends Error {
  constructor(
    readonly text: string | undefined,
    readonly code = "",
  ) {
    super(text);
  }
}

const renewed = 240_000; // milliseconds after which a challenge that waits in a field is replaced: it serves for five minutes

const decode = (text: string): ArrayBuffer => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer;
};

const encode = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// The two that browsers of before 2025 lack are written out: options as they come, and credentials as they go.
type Described = { id: string; type: "public-key" };
const described = (list: Described[] | undefined): PublicKeyCredentialDescriptor[] => (list ?? []).map((c) => ({ ...c, id: decode(c.id) }));

const requestOptions = (json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions =>
  PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ??
  ({ ...json, challenge: decode(json.challenge), allowCredentials: described(json.allowCredentials as Described[]) } as unknown as PublicKeyCredentialRequestOptions);

const creationOptions = (json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions =>
  PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ??
  ({
    ...json,
    challenge: decode(json.challenge),
    user: { ...json.user, id: decode(json.user.id) },
    excludeCredentials: described(json.excludeCredentials as Described[]),
  } as unknown as PublicKeyCredentialCreationOptions);

const written = (credential: PublicKeyCredential): unknown => {
  if (typeof credential.toJSON === "function") return credential.toJSON();
  const response: Record<string, unknown> = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = (credential.response as unknown as Record<string, ArrayBuffer | null | undefined>)[name];
    if (value) response[name] = encode(value);
  }
  const made = credential.response as AuthenticatorAttestationResponse;
  if (made.getTransports) response["transports"] = made.getTransports();
  const { id, type, authenticatorAttachment } = credential;
  return { id, rawId: id, type, authenticatorAttachment: authenticatorAttachment ?? undefined, clientExtensionResults: credential.getClientExtensionResults(), response };
};

/** Asks the server, and stops with its sentence where it refuses. */
async function post<T>(from: HTMLElement, address: string | undefined, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : null,
    });
  } catch {
    throw new Stop(from.dataset["offline"]);
  }
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  throw new Stop(problem.detail ?? from.dataset["failed"], problem.code);
}

/** One ceremony at a time: a browser refuses a second one while the first is open. */
let open = new AbortController();

class Ceremony {
  private readonly status: HTMLElement;

  constructor(private readonly element: HTMLElement) {
    this.status = document.createElement("p");
    this.status.setAttribute("role", "status");
    const box = element.closest<HTMLElement>("[data-passkey-box]");
    if (element instanceof HTMLFormElement) element.append(this.status);
    else if (box) box.append(this.status);
    else element.after(this.status);
    element.hidden = false;
    if (box) box.hidden = false;
    addEventListener("pageshow", ({ persisted }) => persisted && this.say("")); // back from where it led
  }

  get busy(): boolean {
    return this.button.hasAttribute("aria-busy");
  }

  private get button(): HTMLElement {
    return this.element.querySelector("button") ?? this.element;
  }

  private say(text: string | undefined, busy = false): void {
    this.status.textContent = text ?? "";
    if (busy) this.button.setAttribute("aria-busy", "true");
    else this.button.removeAttribute("aria-busy");
  }

  private go(next: string | undefined): void {
    const to = next || this.element.dataset["next"];
    if (to) location.assign(to);
    else location.reload();
  }

  /** Runs one, and goes on where it succeeded; false where the person stays on the page. */
  async run(ceremony: (signal: AbortSignal) => Promise<{ next?: string }>): Promise<boolean> {
    open.abort();
    const { signal } = (open = new AbortController());
    this.say(this.element.dataset["waiting"], true);
    try {
      this.go((await ceremony(signal)).next);
      return true;
    } catch (error) {
      if (signal.aborted) return true; // another one has begun, and speaks
      this.say(this.sentence(error));
      return false;
    }
  }

  private sentence(error: unknown): string | undefined {
    const { cancelled, failed, known, confirm } = this.element.dataset;
    if (error instanceof Stop) {
      if (confirm && error.code.startsWith("account.")) location.assign(confirm); // a further proof, or to sign in again
      return error.text;
    }
    const name = (error as DOMException).name;
    if (name === "NotAllowedError") return cancelled;
    return (name === "InvalidStateError" && known) || failed;
  }

  async signIn(signal: AbortSignal, mediation?: CredentialMediationRequirement): Promise<{ next?: string }> {
    const { options, finish } = this.element.dataset;
    const { publicKey } = await post<{ publicKey: PublicKeyCredentialRequestOptionsJSON }>(this.element, options);
    const found = (await navigator.credentials.get({ publicKey: requestOptions(publicKey), signal, ...(mediation ? { mediation } : {}) })) as PublicKeyCredential;
    if (mediation) this.say(this.element.dataset["waiting"], true);
    try {
      return await post(this.element, finish, written(found));
    } catch (error) {
      if (error instanceof Stop && error.code === "passkey.unknown") {
        // The browser need not offer it again.
        void PublicKeyCredential.signalUnknownCredential?.({ rpId: publicKey.rpId ?? location.hostname, credentialId: found.id }).catch(() => undefined);
      }
      throw error;
    }
  }

  async enrol(signal: AbortSignal, name: string): Promise<{ next?: string }> {
    const { options, finish } = this.element.dataset;
    const { publicKey } = await post<{ publicKey: PublicKeyCredentialCreationOptionsJSON }>(this.element, options);
    const made = (await navigator.credentials.create({ publicKey: creationOptions(publicKey), signal })) as PublicKeyCredential;
    return post(this.element, finish, { name, credential: written(made) });
  }

  /** Lets the browser offer passkeys in the field, for as long as the page is seen and nothing else is asked. */
  async offer(): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    for (;;) {
      if (document.hidden) await new Promise<void>((seen) => document.addEventListener("visibilitychange", () => seen(), { once: true }));
      if (document.hidden) continue;
      const mine = open;
      if (mine.signal.aborted) return;
      const round = new AbortController();
      const stop = (): void => round.abort();
      mine.signal.addEventListener("abort", stop);
      const timer = window.setTimeout(stop, renewed);
      try {
        return this.go((await this.signIn(round.signal, "conditional")).next);
      } catch (error) {
        if (open !== mine) return; // the button was pressed
        // Chosen in the field and refused: said like anywhere else. What never got that far is not worth a word.
        if (this.busy) return this.say(this.sentence(error));
        if (!round.signal.aborted) return;
      } finally {
        window.clearTimeout(timer);
        mine.signal.removeEventListener("abort", stop);
      }
    }
  }
}

const hasPasskeys = (): boolean => "PublicKeyCredential" in window && !!navigator.credentials;

export function passkeyLogin(button: HTMLButtonElement): void {
  if (!hasPasskeys()) return;
  const ceremony = new Ceremony(button);
  const offer = (): void => {
    if (document.querySelector("input[autocomplete~=webauthn]")) void ceremony.offer();
  };
  button.addEventListener("click", async () => {
    if (ceremony.busy) return;
    if (await ceremony.run((signal) => ceremony.signIn(signal))) return;
    open = new AbortController();
    offer();
  });
  offer();
}

export function passkeyEnrol(form: HTMLFormElement): void {
  if (!hasPasskeys()) return;
  const ceremony = new Ceremony(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (ceremony.busy) return;
    const name = new FormData(form).get("name");
    void ceremony.run((signal) => ceremony.enrol(signal, String(name ?? "")));
  });
}
