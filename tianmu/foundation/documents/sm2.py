"""SM2 signatures over SM3 digests (GB/T 32918.2, .5; GB/T 32905). Pure.

For the test authority and for checking. It does not run in constant time: a county's own keys belong into its
authority's hardware, reached by an adapter.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SM3, Hash

from tianmu.foundation.documents import der

P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A = P - 3
B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
BASE = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)
USUAL_ID = b"1234567812345678"
_Jacobian = tuple[int, int, int]
_NOWHERE: _Jacobian = (1, 1, 0)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve."""

    x: int
    y: int

    def as_bytes(self) -> bytes:
        """Return the uncompressed form of 65 bytes."""
        return b"\x04" + self.x.to_bytes(32) + self.y.to_bytes(32)

    @staticmethod
    def from_bytes(data: bytes) -> "PublicKey":
        """Read the uncompressed form.

        Raises:
            ValueError: it is not a point of the curve.

        """
        x, y = int.from_bytes(data[1:33]), int.from_bytes(data[33:65])
        if len(data) != 65 or data[0] != 4 or max(x, y) >= P or (y * y - (x * x * x + A * x + B)) % P:
            message = "This is no point of the SM2 curve."
            raise ValueError(message)
        return PublicKey(x, y)


def new_private_key() -> int:
    """Return a fresh private key."""
    return secrets.randbelow(N - 2) + 1


def public_key(private: int) -> PublicKey:
    """Return the public key of a private one."""
    return PublicKey(*_affine(_times(private, BASE)))


def sm3(data: bytes) -> bytes:
    """Return the 32-byte SM3 digest."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


def sign(message: bytes, private: int, *, nonce: int | None = None) -> bytes:
    """Sign `message`; return the pair (r, s) in DER. `nonce` is for the standard's own example only."""
    e = _digest(message, public_key(private))
    while True:
        k = nonce if nonce is not None else secrets.randbelow(N - 1) + 1
        r = (e + _affine(_times(k, BASE))[0]) % N
        s = pow(1 + private, -1, N) * (k - r * private) % N
        if r and s and r + k != N:
            return der.sequence(der.integer(r), der.integer(s))


def verify(message: bytes, signature: bytes, public: PublicKey) -> bool:
    """Tell whether `signature` (DER) over `message` was made with the private key of `public`."""
    try:
        r, s = (part.integer() for part in der.read(signature).demand(der.SEQUENCE).children())
    except ValueError:
        return False
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    found = _sum(_times(s, BASE), _times(t, (public.x, public.y)))
    return found[2] != 0 and (_digest(message, public) + _affine(found)[0]) % N == r


@lru_cache(maxsize=256)
def _identity_digest(public: PublicKey) -> bytes:
    numbers = (A, B, *BASE, public.x, public.y)
    head = (len(USUAL_ID) * 8).to_bytes(2) + USUAL_ID
    return sm3(head + b"".join(number.to_bytes(32) for number in numbers))


def _digest(message: bytes, public: PublicKey) -> int:
    return int.from_bytes(sm3(_identity_digest(public) + message))


def _times(number: int, point: tuple[int, int]) -> _Jacobian:
    steps = [_NOWHERE, (*point, 1)]
    for _ in range(14):
        steps.append(_sum(steps[-1], steps[1]))
    found = _NOWHERE
    for shift in range(252, -4, -4):
        for _ in range(4):
            found = _double(found)
        found = _sum(found, steps[number >> shift & 15])
    return found


def _double(one: _Jacobian) -> _Jacobian:
    x, y, z = one
    if not z:
        return one
    square = y * y % P
    middle = 4 * x * square % P
    slope = 3 * (x - z * z) * (x + z * z) % P
    new_x = (slope * slope - 2 * middle) % P
    return new_x, (slope * (middle - new_x) - 8 * square * square) % P, 2 * y * z % P


def _sum(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if not one[2] or not other[2]:
        return other if not one[2] else one
    z1, z2 = one[2] * one[2] % P, other[2] * other[2] % P
    u1, u2 = one[0] * z2 % P, other[0] * z1 % P
    s1, s2 = one[1] * z2 * other[2] % P, other[1] * z1 * one[2] % P
    if u1 == u2:
        return _double(one) if s1 == s2 else _NOWHERE
    h, r = u2 - u1, s2 - s1
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x = (r * r - h3 - 2 * v) % P
    return x, (r * (v - x) - s1 * h3) % P, h * one[2] * other[2] % P


def _affine(point: _Jacobian) -> tuple[int, int]:
    inverse = pow(point[2], -1, P)
    square = inverse * inverse % P
    return point[0] * square % P, point[1] * square * inverse % P
