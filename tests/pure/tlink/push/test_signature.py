"""Signatures of pushes."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets


@given(body=st.binary(), secret=st.text(min_size=1), other=st.text(min_size=1))
def test_only_the_right_signature_is_accepted(
    body: bytes, secret: str, other: str
) -> None:
    secret, other = (text.encode(errors="replace").decode() for text in (secret, other))
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert Secrets((secret,)).accept(body, right)
    assert Secrets((other, secret)).accept(body, f"sha256={right}")
    assert Secrets((other,)).accept(body, right) is (other == secret)
    assert not Secrets((secret,)).accept(body, other)
    assert Secrets(()).accept(body, None)
    assert secret not in repr(Secrets((secret,))) or secret in "Secrets(1)"
