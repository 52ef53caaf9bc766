"""A passkey in software, for tests without a browser."""

import json
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """Does what a browser does with the options in a page, and returns what it posts."""

    def __init__(self, host: str = "testserver"):
        self.origin, self.host_hash = f"https://{host}", sha256(host.encode()).digest()
        self.id, self.key = b"passkey", ec.generate_private_key(ec.SECP256R1())

    def create(self, soup) -> str:
        public = ES256.from_cryptography_key(self.key.public_key())
        stored = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        flags = PRESENT | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self.host_hash, flags, 0, stored)
        client = self._collect("webauthn.create", read_options(soup, "creation_options"))
        return self._pack(client, attestationObject=AttestationObject.create("none", data, {}))

    def sign(self, soup) -> str:
        client = self._collect("webauthn.get", read_options(soup, "request_options"))
        data = AuthenticatorData.create(self.host_hash, PRESENT, 0)
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        return self._pack(client, authenticatorData=data, signature=signature)

    def _collect(self, kind: str, options: dict) -> CollectedClientData:
        return CollectedClientData.create(kind, options["challenge"], self.origin)

    def _pack(self, client: CollectedClientData, **parts: bytes) -> str:
        response = {"clientDataJSON": client, **parts}
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {name: websafe_encode(part) for name, part in response.items()},
                "clientExtensionResults": {},
            }
        )


def read_options(soup, name: str) -> dict:
    return json.loads(soup.select_one("#js_data").get_text())[name]["publicKey"]
