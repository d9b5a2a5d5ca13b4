// The whole public surface of drift in one include.
#pragma once

#include <drift/actions.hpp>
#include <drift/client.hpp>
#include <drift/controls.hpp>
#include <drift/credentials.hpp>
#include <drift/error.hpp>
#include <drift/failure.hpp>
#include <drift/item.hpp>
#include <drift/json.hpp>
#include <drift/lease.hpp>
#include <drift/migration.hpp>
#include <drift/migration_status.hpp>
#include <drift/migrator.hpp>
#include <drift/number.hpp>
#include <drift/plan.hpp>
#include <drift/progress.hpp>
#include <drift/rate.hpp>
#include <drift/report.hpp>
#include <drift/run_options.hpp>
#include <drift/run_record.hpp>
#include <drift/signal_stop.hpp>
#include <drift/table.hpp>
#include <drift/value.hpp>
#include <drift/verify.hpp>
#include <drift/version.hpp>
