// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/project.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void use(cohub::project& x)
{
    static_cast<void>(cohub::project(
        any<boost::asio::any_io_executor const&>(), any<cohub::options>(), any<std::string_view>()
    ));
    static_cast<void>(
        cohub::project(any<boost::asio::any_io_executor const&>(), any<cohub::options>())
    );
    static_cast<void>(cohub::project(any<cohub::options>(), any<std::string_view>()));
    static_cast<void>(cohub::project(any<cohub::options>()));
    static_cast<void>(x.system());
    static_cast<void>(x.editor());
    static_cast<void>(x.sync());
    static_cast<void>(x.compute_server(any<std::int64_t>()));
    static_cast<void>(x.project_id());
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::value const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::value const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.warm_up(any<std::size_t>()));
    static_cast<void>(x.set_api_key(any<cohub::secret>()));
    static_cast<void>(x.reload_tls());
    static_cast<void>(x.stats());
    static_cast<void>(x.close(any<bool>()));
    static_cast<void>(x.close());
    static_cast<void>(x.async_close());
    static_cast<void>(x.async_close(any<std::chrono::nanoseconds>()));
}

[[maybe_unused]] void use(cohub::project_api& x)
{
    static_cast<void>(x.system());
    static_cast<void>(x.editor());
    static_cast<void>(x.sync());
    static_cast<void>(x.compute_server(any<std::int64_t>()));
    static_cast<void>(x.project_id());
    static_cast<void>(x.call(any<std::string_view>(), any<boost::json::value const&>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<boost::json::value const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::project_editor_api& x)
{
    static_cast<void>(x.new_file(any<std::string_view>()));
    static_cast<void>(
        x.new_file(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.jupyter_strip_notebook(any<std::string_view>()));
    static_cast<void>(x.jupyter_strip_notebook(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.jupyter_nbconvert(any<boost::json::object const&>()));
    static_cast<void>(x.jupyter_nbconvert(
        any<boost::json::object const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.jupyter_run_notebook(any<boost::json::object const&>()));
    static_cast<void>(x.jupyter_run_notebook(
        any<boost::json::object const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.jupyter_kernel_logo(any<std::string_view>()));
    static_cast<void>(
        x.jupyter_kernel_logo(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.jupyter_kernel_logo(any<std::string_view>(), any<bool>()));
    static_cast<void>(x.jupyter_kernel_logo(
        any<std::string_view>(), any<bool>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.jupyter_kernels());
    static_cast<void>(x.jupyter_kernels(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.jupyter_kernels(any<bool>()));
    static_cast<void>(x.jupyter_kernels(any<bool>(), any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.formatter_string(any<std::string_view>(), any<boost::json::object const&>())
    );
    static_cast<void>(x.formatter_string(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.formatter_string(
        any<std::string_view>(), any<boost::json::object const&>(), any<std::string_view>()
    ));
    static_cast<void>(x.formatter_string(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.print_sage_ws(any<std::string_view>(), any<boost::json::object const&>()));
    static_cast<void>(x.print_sage_ws(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(
        x.create_terminal_service(any<std::string_view>(), any<boost::json::object const&>())
    );
    static_cast<void>(x.create_terminal_service(
        any<std::string_view>(),
        any<boost::json::object const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::project_sync_api& x)
{
    static_cast<void>(x.close(any<std::string_view>()));
    static_cast<void>(x.close(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
}

[[maybe_unused]] void use(cohub::project_system_api& x)
{
    static_cast<void>(x.ping());
    static_cast<void>(x.ping(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.test());
    static_cast<void>(x.test(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.exec(any<cohub::exec_options const&>()));
    static_cast<void>(
        x.exec(any<cohub::exec_options const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.exec(any<cohub::exec_job const&>()));
    static_cast<void>(
        x.exec(any<cohub::exec_job const&>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.jupyter_execute(any<cohub::project_jupyter_input const&>()));
    static_cast<void>(x.jupyter_execute(
        any<cohub::project_jupyter_input const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.list_jupyter_kernels());
    static_cast<void>(x.list_jupyter_kernels(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.stop_jupyter_kernel(any<std::int64_t>()));
    static_cast<void>(
        x.stop_jupyter_kernel(any<std::int64_t>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.version());
    static_cast<void>(x.version(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.listing(any<std::string_view>()));
    static_cast<void>(
        x.listing(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.listing(any<std::string_view>(), any<bool>()));
    static_cast<void>(x.listing(
        any<std::string_view>(), any<bool>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.delete_files(any<std::vector<std::string> const&>()));
    static_cast<void>(x.delete_files(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.move_files(any<std::vector<std::string> const&>(), any<std::string_view>())
    );
    static_cast<void>(x.move_files(
        any<std::vector<std::string> const&>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.rename_file(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.rename_file(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.realpath(any<std::string_view>()));
    static_cast<void>(
        x.realpath(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.canonical_paths(any<std::vector<std::string> const&>()));
    static_cast<void>(x.canonical_paths(
        any<std::vector<std::string> const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.write_text_file(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.write_text_file(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.write_text_file_to_project(any<std::string_view>(), any<std::string_view>())
    );
    static_cast<void>(x.write_text_file_to_project(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
    static_cast<void>(x.read_text_file(any<std::string_view>()));
    static_cast<void>(
        x.read_text_file(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.read_text_file_from_project(any<std::string_view>()));
    static_cast<void>(x.read_text_file_from_project(
        any<std::string_view>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.configuration(any<std::string_view>()));
    static_cast<void>(
        x.configuration(any<std::string_view>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.configuration(any<std::string_view>(), any<bool>()));
    static_cast<void>(x.configuration(
        any<std::string_view>(), any<bool>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.signal(any<int>(), any<std::int64_t>()));
    static_cast<void>(
        x.signal(any<int>(), any<std::int64_t>(), any<cohub::call_options>(), cohub::as_result)
    );
    static_cast<void>(x.signal(any<int>(), any<std::vector<std::int64_t> const&>()));
    static_cast<void>(x.signal(
        any<int>(),
        any<std::vector<std::int64_t> const&>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

}  // namespace
