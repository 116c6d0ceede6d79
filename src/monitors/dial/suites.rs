//! Cipher suites that report their use. rustls tells neither verifiers nor session stores which
//! suite a connection negotiated, and reqwest hides the connection itself.

use rustls::crypto::cipher::{
    AeadKey, Iv, KeyBlockShape, MessageDecrypter, MessageEncrypter, Tls12AeadAlgorithm,
    Tls13AeadAlgorithm, UnsupportedOperationError,
};
use rustls::{
    CipherSuite, CipherSuiteCommon, ConnectionTrafficSecrets, SupportedCipherSuite,
    Tls12CipherSuite, Tls13CipherSuite,
};

use crate::model::TlsSuite;

/// Called when a connection begins to use a suite.
pub(super) type OnSuite = fn(TlsSuite);

/// Encrypts as `inner` does.
struct ReportingAead<A: ?Sized + 'static> {
    suite: CipherSuite,
    report: OnSuite,
    inner: &'static A,
}

impl<A: ?Sized> ReportingAead<A> {
    fn report(&self) {
        if let Some(name) = self.suite.as_str() {
            (self.report)(TlsSuite::new(name));
        }
    }
}

/// Returns suites that behave as these. Each call leaks a few hundred bytes, because rustls takes
/// references to statics.
pub(super) fn reporting(
    suites: &[SupportedCipherSuite],
    report: OnSuite,
) -> Vec<SupportedCipherSuite> {
    suites
        .iter()
        .map(|suite| match suite {
            SupportedCipherSuite::Tls12(inner) => SupportedCipherSuite::Tls12(tls12(inner, report)),
            SupportedCipherSuite::Tls13(inner) => SupportedCipherSuite::Tls13(tls13(inner, report)),
        })
        .collect()
}

fn tls12(inner: &'static Tls12CipherSuite, report: OnSuite) -> &'static Tls12CipherSuite {
    Box::leak(Box::new(Tls12CipherSuite {
        common: common(&inner.common),
        prf_provider: inner.prf_provider,
        kx: inner.kx,
        sign: inner.sign,
        aead_alg: Box::leak(Box::new(ReportingAead {
            suite: inner.common.suite,
            report,
            inner: inner.aead_alg,
        })),
    }))
}

fn tls13(inner: &'static Tls13CipherSuite, report: OnSuite) -> &'static Tls13CipherSuite {
    Box::leak(Box::new(Tls13CipherSuite {
        common: common(&inner.common),
        hkdf_provider: inner.hkdf_provider,
        aead_alg: Box::leak(Box::new(ReportingAead {
            suite: inner.common.suite,
            report,
            inner: inner.aead_alg,
        })),
        quic: None,
    }))
}

const fn common(inner: &CipherSuiteCommon) -> CipherSuiteCommon {
    CipherSuiteCommon {
        suite: inner.suite,
        hash_provider: inner.hash_provider,
        confidentiality_limit: inner.confidentiality_limit,
    }
}

impl Tls12AeadAlgorithm for ReportingAead<dyn Tls12AeadAlgorithm> {
    fn encrypter(&self, key: AeadKey, iv: &[u8], extra: &[u8]) -> Box<dyn MessageEncrypter> {
        self.report();
        self.inner.encrypter(key, iv, extra)
    }

    fn decrypter(&self, key: AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        self.inner.decrypter(key, iv)
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        self.inner.key_block_shape()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: &[u8],
        explicit: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.inner.extract_keys(key, iv, explicit)
    }

    fn fips(&self) -> bool {
        self.inner.fips()
    }
}

impl Tls13AeadAlgorithm for ReportingAead<dyn Tls13AeadAlgorithm> {
    fn encrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        self.report();
        self.inner.encrypter(key, iv)
    }

    fn decrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        self.inner.decrypter(key, iv)
    }

    fn key_len(&self) -> usize {
        self.inner.key_len()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: Iv,
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.inner.extract_keys(key, iv)
    }

    fn fips(&self) -> bool {
        self.inner.fips()
    }
}
