// The signer against botocore's signatures of the same requests (sigv4_vectors.py writes them), and what vectors cannot
// show: that its caches follow the keys and the day.
#include "wire/sigv4.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "wire/transport.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::wire {
namespace {

struct Vector {
  std::string region, service, access_key, secret, token, authority, content_type, target, body, date, authorization;
  base::SystemTime when = {};
};

std::vector<Vector> read_vectors() {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "data" / "sigv4_vectors.tsv");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> f;
    for (const auto field : base::split(line, '\t')) f.emplace_back(field);
    if (f.size() != 12) throw std::runtime_error("a line of sigv4_vectors.tsv has not 12 fields");
    const auto body = base::decode_base64(f[8]);
    if (!body) throw std::runtime_error("a body of sigv4_vectors.tsv is not base64");
    vectors.push_back({f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], std::string(body->begin(), body->end()), f[10],
                       f[11], base::SystemTime(std::chrono::seconds(std::stoll(f[9])))});
  }
  return vectors;
}

SigningKeys keys_of(const Vector& vector) { return {vector.access_key, vector.secret, vector.token}; }

std::string signed_headers(Signer& signer, const Vector& vector) {
  std::string headers;
  signer.sign(headers, keys_of(vector), SignedPost{vector.authority, vector.content_type, vector.target, vector.body},
              vector.when);
  return headers;
}

void expect_as_botocore(const std::string& headers, const Vector& vector) {
  EXPECT_EQ(find_header(headers, "authorization"), vector.authorization);
  EXPECT_EQ(find_header(headers, "x-amz-date"), vector.date);
  EXPECT_EQ(find_header(headers, "host"), vector.authority);
  EXPECT_EQ(find_header(headers, "content-type"), vector.content_type);
  EXPECT_EQ(find_header(headers, "x-amz-target"), vector.target);
  EXPECT_EQ(find_header(headers, "x-amz-security-token"), vector.token);
  EXPECT_TRUE(headers.ends_with("\r\n"));
}

TEST(Sigv4, SignsAsBotocoreDoes) {
  const auto vectors = read_vectors();
  ASSERT_GE(vectors.size(), 200U);
  for (const Vector& vector : vectors) {
    Signer signer(vector.region, vector.service);
    expect_as_botocore(signed_headers(signer, vector), vector);
  }
}

TEST(Sigv4, OneSignerFollowsDaysKeysAndTokens) {
  // All vectors of one region through one signer: its derived key must change whenever the day or the secret does.
  const auto vectors = read_vectors();
  Signer signer("us-east-1", "dynamodb");
  std::size_t seen = 0;
  for (int round = 0; round < 2; ++round) {
    for (const Vector& vector : vectors) {
      if (vector.region != "us-east-1" || vector.service != "dynamodb") continue;
      expect_as_botocore(signed_headers(signer, vector), vector);
      expect_as_botocore(signed_headers(signer, vector), vector);  // now from its cache
      ++seen;
    }
  }
  EXPECT_GE(seen, 20U);
}

TEST(Sigv4, OneSignerFollowsASecretThatChangesWithinADay) {
  const auto vectors = read_vectors();
  Signer signer(vectors[0].region, vectors[0].service);
  for (const Vector& with_secret : vectors) {
    Vector vector = vectors[0];
    vector.secret = with_secret.secret;
    Signer fresh(vector.region, vector.service);
    EXPECT_EQ(signed_headers(signer, vector), signed_headers(fresh, vector));
  }
}

TEST(Sigv4, ShortFormIsTheDynamoDbOne) {
  for (const Vector& vector : read_vectors()) {
    if (vector.service != "dynamodb") continue;
    Signer signer(vector.region, vector.service);
    std::string headers = "already: there\r\n";
    signer.sign(headers, keys_of(vector), vector.authority, vector.target, vector.body, vector.when);
    EXPECT_TRUE(headers.starts_with("already: there\r\n"));
    expect_as_botocore(headers, vector);
    return;
  }
  FAIL() << "no vector for dynamodb";
}

TEST(Sigv4, CanBeMoved) {
  const auto vectors = read_vectors();
  Signer first(vectors[0].region, vectors[0].service);
  expect_as_botocore(signed_headers(first, vectors[0]), vectors[0]);
  Signer second(std::move(first));
  expect_as_botocore(signed_headers(second, vectors[0]), vectors[0]);
}

}  // namespace
}  // namespace drift::wire
