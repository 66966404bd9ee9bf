// The kernel's face to Python: `Scan` with plain arguments, `Column` with the Arrow PyCapsule protocol.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "sinks.h"
#include "scan.h"
#include "sniff.h"

namespace nb = nanobind;
using namespace lazyframe;

namespace {

Type type_of(const std::string& name) {
  if (name == "integer") return Type::integer;
  if (name == "real") return Type::real;
  if (name == "boolean") return Type::boolean;
  if (name == "text") return Type::text;
  if (name == "date") return Type::date;
  throw std::invalid_argument("there is no type " + name);
}

std::vector<NodePointer> steps_of(const Scan& scan, const std::vector<int>& numbers) {
  std::vector<NodePointer> steps;
  for (const int number : numbers) steps.push_back(scan.step(number));
  return steps;
}

ParseOptions parse_options_of(char sep, const std::string& quote, char decimal, uint32_t columns,
                              const std::vector<std::string>& missing, const std::vector<std::string>& trues,
                              const std::vector<std::string>& falses) {
  const Dialect dialect{sep, quote.empty() ? '\0' : quote[0], decimal, columns};
  return {dialect, Words(missing), Words(trues), Words(falses)};
}

const Architecture& chosen(const std::string& name) {
  const Architecture* found = architecture(name);
  if (!found) throw std::invalid_argument("this processor or build has no kernel " + name);
  return *found;
}

template <class T>
void release(void* pointer) {
  auto* held = static_cast<T*>(pointer);
  if (held->release) held->release(held);
  delete held;
}

template <class T>
nb::capsule capsule_of(T* held, const char* name) {
  return nb::capsule(held, name, [](void* pointer) noexcept { release<T>(pointer); });
}

// https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
nb::tuple arrow_c_array(const std::shared_ptr<Column>& column, const nb::object&) {
  auto* schema = new ArrowSchema{};
  auto* array = new ArrowArray{};
  Column::export_to(column, schema, array);
  return nb::make_tuple(capsule_of(schema, "arrow_schema"), capsule_of(array, "arrow_array"));
}

nb::object answer_of(Sink& answer) {
  if (auto* count = dynamic_cast<CountSink*>(&answer)) return nb::cast(count->count);
  if (auto* rows = dynamic_cast<RowsSink*>(&answer)) return nb::make_tuple(rows->columns, rows->numbers, rows->found);
  auto& reduced = dynamic_cast<ReduceSink&>(answer);
  reduced.finish();
  nb::list distinct;
  for (const auto& table : reduced.distinct) distinct.append(nb::make_tuple(table.keys, table.values));
  return nb::make_tuple(reduced.keys, reduced.accumulators, distinct);
}

}  // namespace

NB_MODULE(_kernel, module) {
  static const nb::handle fallback_required = nb::exception<FallbackRequired>(module, "FallbackRequired").release();
  static const nb::handle read_error = nb::exception<ReadError>(module, "ReadError", PyExc_OSError).release();
  nb::register_exception_translator([](const std::exception_ptr& pointer, void*) {
    try {
      std::rethrow_exception(pointer);
    } catch (const FallbackRequired& error) {
      PyErr_SetObject(fallback_required.ptr(), nb::make_tuple(error.what(), error.column, error.may_be_real).ptr());
    }
  });

  module.def("architectures", [] {
    std::vector<std::string> names;
    for (const Architecture* one : ARCHITECTURES) {
      if (one->is_supported()) names.emplace_back(one->name);
    }
    return names;
  });

  module.def("sniff", [](const std::string& architecture, const std::string& sep, const std::string& quote,
                         const std::string& decimal, uint32_t columns, const std::vector<std::string>& missing,
                         const std::vector<std::string>& trues, const std::vector<std::string>& falses,
                         const std::vector<uint32_t>& wanted, const nb::bytes& text) {
    const ParseOptions options = parse_options_of(sep.at(0), quote, decimal.at(0), columns, missing, trues, falses);
    const Sniffed sniffed = sniff(chosen(architecture), options, wanted, text.c_str(), text.size());
    return nb::make_tuple(sniffed.size, sniffed.is_regular,
                          std::vector<int>(sniffed.kinds.begin(), sniffed.kinds.end()));
  });

  nb::class_<Column>(module, "Column")
      .def("__len__", &Column::size)
      .def("__arrow_c_array__", &arrow_c_array, nb::arg("requested_schema") = nb::none());

  nb::class_<Scan>(module, "Scan")
      .def(
          "__init__",
          [](Scan* scan, const std::string& architecture, const std::string& sep, const std::string& quote,
             const std::string& decimal, uint32_t columns, const std::vector<std::string>& missing,
             const std::vector<std::string>& trues, const std::vector<std::string>& falses) {
            new (scan) Scan(chosen(architecture),
                            parse_options_of(sep.at(0), quote, decimal.at(0), columns, missing, trues, falses));
          },
          nb::arg("architecture"), nb::arg("sep"), nb::arg("quote"), nb::arg("decimal"), nb::arg("columns"),
          nb::arg("missing"), nb::arg("trues"), nb::arg("falses"))
      .def("column", [](Scan& scan, uint32_t position, const std::string& type,
                        bool may_miss) { return scan.column(position, type_of(type), may_miss); })
      .def("missing",
           [](Scan& scan, const std::string& type) { return scan.add(literal(type_of(type), 0, 0, "", true)); })
      .def("integer", [](Scan& scan, int64_t value) { return scan.add(literal(Type::integer, value, 0, "")); })
      .def("real", [](Scan& scan, double value) { return scan.add(literal(Type::real, 0, value, "")); })
      .def("boolean", [](Scan& scan, bool value) { return scan.add(literal(Type::boolean, value, 0, "")); })
      .def("text", [](Scan& scan, const std::string& value) { return scan.add(literal(Type::text, 0, 0, value)); })
      .def("date", [](Scan& scan, int64_t value) { return scan.add(literal(Type::date, value, 0, "")); })
      .def("among",
           [](Scan& scan, int value, const std::vector<int64_t>& integers, const std::vector<double>& reals,
              const std::vector<std::string>& texts) {
             return scan.add(among(scan.step(value), integers, reals, texts));
           })
      .def("call", [](Scan& scan, const std::string& function,
                      const std::vector<int>& args) { return scan.add(call(function, steps_of(scan, args))); })
      .def("count", [](Scan& scan, int predicate) { scan.want(std::make_unique<CountSink>(scan.step(predicate))); })
      .def("rows",
           [](Scan& scan, const std::vector<int>& columns, const std::vector<bool>& codes, int predicate,
              int64_t limit) {
             scan.want(std::make_unique<RowsSink>(steps_of(scan, columns), codes, scan.step(predicate), limit));
           })
      .def("reduce",
           [](Scan& scan, const std::vector<int>& values, const std::vector<int>& by,
              const std::vector<std::pair<std::string, uint32_t>>& accumulators, int predicate, bool dropna) {
             scan.want(std::make_unique<ReduceSink>(steps_of(scan, values), steps_of(scan, by), accumulators,
                                                    scan.step(predicate), dropna));
           })
      .def_rw("piece", &Scan::piece)
      .def_rw("missing_numbers", &Scan::missing_numbers)
      .def_ro("records", &Scan::records)
      .def("open", &Scan::open)
      .def("advance", &Scan::advance, nb::call_guard<nb::gil_scoped_release>())
      .def("feed",
           [](Scan& scan, const nb::bytes& text) {
             const char* data = text.c_str();
             const size_t size = text.size();
             const nb::gil_scoped_release released;
             scan.feed(data, size);
           })
      .def("finish", &Scan::finish, nb::call_guard<nb::gil_scoped_release>())
      .def("answers", [](Scan& scan) {
        nb::list answers;
        for (const auto& answer : scan.answers()) answers.append(answer_of(*answer));
        return answers;
      });
}
